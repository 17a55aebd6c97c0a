//! A shop whose owner has signed in.

use crate::{
    common::Running,
    import::desk::{Desk, add_account},
};

pub struct Shop {
    pub running: Running,
    pub dir: tempfile::TempDir,
    pub desk: Desk,
}

pub async fn shop() -> Shop {
    let dir = tempfile::tempdir().unwrap();
    let running = Running::start(&dir.path().join("data"), &[]);
    add_account(&dir.path().join("data"), "olive").await;
    let desk = Desk::sign_in(&running, "olive").await;
    Shop { running, dir, desk }
}

impl Shop {
    pub fn data(&self) -> std::path::PathBuf {
        self.dir.path().join("data")
    }

    pub async fn book(&self, slug: &str) -> String {
        self.desk.page(&format!("/books/{slug}")).await
    }
}
