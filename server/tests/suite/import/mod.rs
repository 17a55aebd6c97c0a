//! Imports over the socket of the real binary: cut off, taken over, revoked, killed.

mod covers;
mod desk;
mod kill;
mod shop;
mod taken_in;
mod upload;
