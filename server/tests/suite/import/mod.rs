//! Imports over the socket of the real binary.
//!
//! `upload`: a file arrives, interrupted, resumed and taken over; `taken_in`: lists are checked
//! and applied, also twice; `covers`: a folder of pictures; `kill`: `kill -9` at each stage.

mod covers;
mod desk;
mod kill;
mod shop;
mod taken_in;
mod upload;
