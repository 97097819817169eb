//! TLS options of a request: checked when the workflow is validated, as far as they are not sealed, and put together for one exchange.

use egress::Egress;
use flow::node::secret::Stored;
use flow::node::{Inputs, NodeError, TaskCx};

use super::params::Tls;
use super::run::told;
use crate::ports::Services;
use crate::reading::Reading;

impl Tls {
    fn ca(&self) -> Option<&str> {
        filled(self.ca.as_deref())
    }

    fn certificate(&self) -> Option<&str> {
        filled(self.certificate.as_deref())
    }

    fn has_key(&self) -> bool {
        self.key.as_ref().is_some_and(|key| !matches!(key.stored(), Stored::Empty))
    }

    /// What is wrong with them, as far as it can be seen.
    pub fn check(&self, reading: &mut Reading<'_>, egress: Option<&Egress>) {
        if !self.verify && egress.is_some_and(|egress| !egress.allows_insecure_tls()) {
            reading.error(
                "/params/tls/verify",
                "tls_verify_required",
                "此实例的管理员不允许跳过证书验证（HEARTH_EGRESS_INSECURE_TLS）",
                "The operator of this instance does not allow unchecked certificates (HEARTH_EGRESS_INSECURE_TLS)",
            );
        }
        for (path, pem) in [("/params/tls/ca", self.ca()), ("/params/tls/certificate", self.certificate())] {
            if pem.is_some_and(|pem| egress::tls::certificates(pem).is_err()) {
                let (zh, en) =
                    ("这不是 PEM 证书（-----BEGIN CERTIFICATE-----）", "This is no PEM certificate (-----BEGIN CERTIFICATE-----)");
                reading.error(path, "tls_options_invalid", zh, en);
            }
        }
        match (self.certificate().is_some(), self.has_key()) {
            (true, false) => reading.error("/params/tls/key", "missing_param", "证书需要私钥", "The certificate needs its key"),
            (false, true) => reading.error("/params/tls/certificate", "missing_param", "私钥需要证书", "The key needs its certificate"),
            _ => {}
        }
    }

    /// Put together for one exchange, the key opened.
    pub fn options(&self, cx: &TaskCx, inputs: &Inputs, services: &Services) -> Result<egress::Tls, NodeError> {
        let mut options = egress::Tls::default().verify(self.verify);
        if let Some(ca) = self.ca() {
            options = options.trust(ca).map_err(|error| told(&error))?;
        }
        if let (Some(certificate), Some(key)) = (self.certificate(), &self.key) {
            let key = services.reveal(key, cx, inputs)?;
            options = options.identity(certificate, &key).map_err(|error| told(&error))?;
        }
        Ok(options)
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}
