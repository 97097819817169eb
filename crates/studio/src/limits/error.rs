//! What can go wrong with limits.

types::errors! {
    /// An error of the feature.
    #[derive(Debug, thiserror::Error)]
    pub enum Error {}
    from db::Error;
}
