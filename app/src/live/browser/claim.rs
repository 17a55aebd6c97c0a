//! Requests a lock of the Web Locks API. `web-sys` has this API only behind a flag for the whole
//! build, so the one function that is needed is declared here.

use std::{cell::Cell, rc::Rc};

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::AbortController;

#[wasm_bindgen]
extern "C" {
    pub(super) type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        granted: &Function,
    ) -> Result<Promise, JsValue>;
}

/// The browser's locks. `None` on a page that was loaded over plain HTTP from another machine.
pub(super) fn locks() -> Option<LockManager> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    (!locks.is_undefined()).then(|| locks.unchecked_into())
}

/// A place in the queue for a lock, or the lock itself. Dropping it gives it up.
pub(super) struct Claim {
    stands: Rc<Cell<bool>>,
    leave_queue: AbortController,
    release: Function,
}

impl Claim {
    /// Requests a lock, and calls `answer` once with whether it was granted. `None` without locks.
    pub(super) fn make(name: &str, answer: impl Fn(bool) + Clone + 'static) -> Option<Self> {
        let locks = locks()?;
        let leave_queue = AbortController::new().ok()?;
        let options = Object::new();
        Reflect::set(&options, &"signal".into(), &leave_queue.signal()).ok()?;

        // The lock is held until this promise is resolved.
        let mut release = None;
        let held = Promise::new(&mut |keep, _| release = Some(keep));
        let stands = Rc::new(Cell::new(true));

        let (still, say) = (stands.clone(), answer.clone());
        let granted = Closure::once_into_js(move |_lock: JsValue| {
            if still.get() {
                say(true);
            }
            held
        });
        let request = locks
            .request(name, &options, granted.unchecked_ref())
            .ok()?;
        // Leaving the queue rejects the promise, too, which is not a failure. The closure outlives
        // the claim, because the rejection arrives later.
        let still = stands.clone();
        let denied = Closure::once(move |_error: JsValue| {
            if still.get() {
                answer(false);
            }
        });
        let _ = request.catch(&denied);
        denied.forget();
        Some(Self {
            stands,
            leave_queue,
            release: release?,
        })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.stands.set(false);
        self.leave_queue.abort();
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}
