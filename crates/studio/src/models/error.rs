//! What can go wrong with configured models.

types::errors! {
    /// An error of the feature.
    #[derive(Debug, thiserror::Error)]
    pub enum Error {
        /// Not there, or not the caller's.
        NotFound => NotFound, "not_found", "This model does not exist, or you have no access to it.";
        /// An instance model is changed by somebody else than an administrator.
        InstanceOnly => Forbidden, "forbidden",
            "This model belongs to the whole instance: only an administrator of the instance may change it.";
        /// From the environment or built in.
        ReadOnly => Conflict, "model_read_only", "This model is set by the operator and cannot be changed here.";
        /// Agents use it.
        InUse(String) => Conflict, "model_in_use", "This model is used by {0}. Choose another model there, or delete it with `force=true`.";
        /// Somebody changed it at the same time.
        Changed => Conflict, "model_changed", "Somebody else changed this model at the same time. Load it again.";
    }
    from db::Error, sea_orm::DbErr as db::Error, model::Error;
}
