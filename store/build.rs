//! Makes a new migration count as a change of this crate, because it is embedded.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
