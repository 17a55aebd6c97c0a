//! Reads an order from JSON.

use shop::{OrderState, Timestamp};

use super::{OrderConfirmation, OrderStatus};
use crate::browser::{Json, json::FromJson};

impl FromJson for OrderConfirmation {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            code: json.get("code").parsed()?,
            gone: json.get("gone").list()?,
        })
    }
}

impl FromJson for OrderStatus {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            code: json.get("code").parsed()?,
            collect_by: Timestamp::from_json(&json.get("collect_by"))?,
            state: state(&json.get("state").text()?)?,
            ready: json.get("ready").flag()?,
            version: json.get("version").number()?,
        })
    }
}

fn state(name: &str) -> Option<OrderState> {
    Some(match name {
        "placed" => OrderState::Placed,
        "collected" => OrderState::Collected,
        "cancelled" => OrderState::Cancelled,
        "overdue" => OrderState::Overdue,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::json_round_trip::assert_round_trip;

    #[test]
    fn a_placed_order_is_read_back() {
        assert_round_trip(OrderConfirmation {
            code: "4KX9-QD2M-7HTB".parse().unwrap(),
            gone: vec!["small-hours".parse().unwrap()],
        });
    }

    #[test]
    fn an_order_in_each_state_is_read_back() {
        for state in [
            OrderState::Placed,
            OrderState::Collected,
            OrderState::Cancelled,
            OrderState::Overdue,
        ] {
            assert_round_trip(OrderStatus {
                code: "4KX9-QD2M-7HTB".parse().unwrap(),
                collect_by: Timestamp::from_millis(8),
                state,
                ready: state == OrderState::Placed,
                version: 2,
            });
        }
    }
}
