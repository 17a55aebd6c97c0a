//! The desk's pages in Chinese.

use super::*;

#[tokio::test]
async fn owners_pages_are_in_the_language_of_the_browser() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let price = format!("/desk/stock/{GUIDE}/price");
    owner.send(&price, &[("price", "21")]).await;
    for (path, words) in [
        ("/desk", "待备书：0"),
        ("/desk/operations", "运行状况"),
        ("/desk/orders/pick-list", "备书清单"),
        ("/desk/journal", "新建店主账号 ann。"),
        (
            "/desk/journal?subject=definitive-guide-to-the-internet",
            "的价格由",
        ),
        ("/desk/journal?by=x", "用户名由 2 至 40 个"),
        ("/desk/people", "邀请"),
        ("/desk/account", "密码"),
        ("/desk/figures", "每日从零点"),
        ("/desk/settings", "营业时间"),
        ("/desk/settings/legal", "经营者信息"),
        ("/desk/counter?copies.small-hours=99", "请先盘点"),
        ("/desk/counter/return", "办理退货"),
        ("/desk/settings/mail", "邮件"),
        ("/desk/books/new", "图书代号"),
        ("/desk/stock/small-hours/edit", "出版时间"),
        ("/desk/stock/small-hours", "补货点"),
    ] {
        let request = owner.client.get(format!("{}{path}", owner.origin));
        let request = request
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_LANGUAGE, "zh-CN");
        let page = request.send().await.unwrap().text().await.unwrap();
        assert!(page.contains("<html lang=\"zh-Hans\""), "{path}");
        assert!(page.contains(words), "{path}: {page}");
    }
}
