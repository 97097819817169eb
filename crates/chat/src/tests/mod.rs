//! The whole crate through its routes, with a fake engine and fake agents.

mod access;
mod conversations;
mod engines;
mod house;
mod recorder;
mod turns;
mod uploads;
