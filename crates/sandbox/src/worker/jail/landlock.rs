//! Landlock: the kernel's own refusal of files and TCP, whatever the file tree looks like.

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, PathBeneath, PathFd, Ruleset, RulesetAttr as _,
    RulesetCreatedAttr as _, RulesetStatus, Scope,
};

use super::shown;
use crate::Layer;
use crate::orders::Orders;
use crate::proof::LayerState;

/// Everything is refused but reading what the language needs.
pub fn restrict(orders: &Orders) -> LayerState {
    if orders.without.contains(&Layer::Landlock) {
        return LayerState::off(Layer::Landlock, "switched off by a test");
    }
    match apply(orders) {
        Ok(RulesetStatus::FullyEnforced) => LayerState::on(Layer::Landlock, "files, TCP, signals, abstract sockets"),
        Ok(RulesetStatus::PartiallyEnforced) => LayerState::on(Layer::Landlock, "files, and what else this kernel knows"),
        Ok(RulesetStatus::NotEnforced) => LayerState::off(Layer::Landlock, "this kernel has it not, or not switched on"),
        Err(error) => LayerState::off(Layer::Landlock, &error.to_string()),
    }
}

fn apply(orders: &Orders) -> Result<RulesetStatus, landlock::RulesetError> {
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V6))?
        .handle_access(AccessNet::from_all(ABI::V6))?
        .scope(Scope::from_all(ABI::V6))?
        .create()?;
    for path in shown(orders) {
        // What is not there needs no rule.
        let Ok(fd) = PathFd::new(path) else { continue };
        let directory = path.is_dir();
        let mut access = AccessFs::ReadFile | AccessFs::Execute;
        if directory {
            access |= AccessFs::ReadDir;
        }
        rules = rules.add_rule(PathBeneath::new(fd, access))?;
    }
    rules.restrict_self().map(|status| status.ruleset)
}
