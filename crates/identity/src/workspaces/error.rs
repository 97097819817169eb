//! What can be refused about workspaces.

types::errors! {
    #[derive(Debug, thiserror::Error)]
    pub enum Error {
        LastOwner => Conflict, "last_owner", "A workspace has at least one owner. Make somebody else an owner first.";
        Personal => Conflict, "personal_workspace", "This is somebody's personal workspace: it cannot be shared or deleted. Create a team workspace instead.";
        OwnersOnly => Forbidden, "forbidden", "Only an owner of the workspace may appoint or remove owners.";
        NoSuchMember => NotFound, "not_found", "This member does not exist, or you have no access to it.";
        NoSuchWorkspace => NotFound, "not_found", "This workspace does not exist, or you are not a member of it.";
    }
    from db::Error, sea_orm::DbErr as db::Error;
}
