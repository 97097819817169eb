//! What runs, as documents and events, without running anything.
//!
//! * [`agent`]: the agent document and where snapshots of agents come from;
//! * [`tool`]: the tool contract and the toolbox;
//! * [`run`]: what a run is given, what it tells while it goes, how it ends.
//!
//! The engine consumes these, studio stores agents, chat turns run events into messages, `coze`
//! translates them to its wire. None of those knows another.

pub mod agent;
pub mod run;
pub mod tool;
