//! What is sealed opens only unchanged, in its place, under its key.

use super::*;

#[test]
fn a_sealed_secret_opens_in_its_place_only() {
    let sealer = Sealer::new(&[7; 32]);
    let sealed = sealer.seal(&"sk-12345".into(), "model:1").unwrap();
    assert!(!sealed.contains("12345"));
    assert_eq!(sealer.open(&sealed, "model:1").unwrap().expose_secret(), "sk-12345");
    assert_eq!(sealer.open(&sealed, "model:2").unwrap_err(), Error::NotOurs);
    assert_eq!(Sealer::new(&[8; 32]).open(&sealed, "model:1").unwrap_err(), Error::NotOurs);
    assert_ne!(sealed, sealer.seal(&"sk-12345".into(), "model:1").unwrap(), "a nonce was used twice");
}

#[test]
fn any_changed_byte_is_noticed() {
    let sealer = Sealer::new(&[7; 32]);
    let sealed = sealer.seal(&"sk-12345".into(), "a").unwrap();
    let raw = URL_SAFE_NO_PAD.decode(sealed.strip_prefix(VERSION).unwrap()).unwrap();
    for at in 0..raw.len() {
        let mut changed = raw.clone();
        changed[at] ^= 1;
        let text = format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(changed));
        assert_eq!(sealer.open(&text, "a").unwrap_err(), Error::NotOurs, "byte {at}");
    }
    for text in ["", "v1.", "v1.AAAA", "v2.AAAAAAAAAAAAAAAAAAAAAAAA", "plain", "v1.***"] {
        assert_eq!(sealer.open(text, "a").unwrap_err(), Error::NotOurs, "{text:?}");
    }
}
