//! What runs, as documents and events, without running anything.
//!
//! * [`agent`]: the agent document and where snapshots of agents come from;
//! * [`workflow`]: the workflow document; [`value`]: the values that flow through it; [`node`]: the contract of its nodes;
//! * [`tool`]: the tool contract and the toolbox;
//! * [`run`]: what a run is given, what it tells while it goes, how it ends.
//!
//! The engine consumes these, studio stores agents, chat turns run events into messages, `coze`
//! translates them to its wire. None of those knows another.

pub mod agent;
pub mod node;
pub mod run;
pub mod tool;
pub mod value;
pub mod workflow;
