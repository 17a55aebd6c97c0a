//! Imports over the socket of the real binary.
//!
//! `upload`: a file arrives, interrupted, resumed and taken over; `apply`: lists are checked and
//! applied, also twice; `covers`: a folder of pictures; `kill`: `kill -9` at each stage.

mod apply;
mod covers;
mod desk;
mod kill;
mod shop;
mod upload;
