//! A shop in PostgreSQL whose submissions have a given age.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::{
    Options, Store,
    postgres::{DatabaseUrl, PostgresStore, migrate},
};

use super::{ANSWER, KEPT, Premises, book};

pub(super) struct Database(String);

impl Database {
    pub(super) async fn with_submissions(server: &str, count: u64, age: u64) -> Self {
        let mut admin = PgConnection::connect(server).await.unwrap();
        let name = format!("tidying_{age}");
        sqlx::raw_sql(AssertSqlSafe(format!("create database {name}")))
            .execute(&mut admin)
            .await
            .unwrap();
        let (server, _) = server.rsplit_once('/').unwrap();
        let url = format!("{server}/{name}");
        migrate(&url.parse().unwrap(), &[book()]).await.unwrap();
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::query(
            "insert into submission (shopper, key, fingerprint, answer, at)
             select decode(md5(random()::text), 'hex'), 'key-' || n,
                    sha256(n::text::bytea), $2, shop_now() - $3 + n % 1000
             from generate_series(1, $1) as n",
        )
        .bind(count.cast_signed())
        .bind(ANSWER)
        .bind(age.cast_signed())
        .execute(&mut connection)
        .await
        .unwrap();
        for statement in ["vacuum analyze", "checkpoint"] {
            sqlx::query(statement)
                .execute(&mut connection)
                .await
                .unwrap();
        }
        Self(url)
    }

    pub(super) async fn conditions(server: &str) -> String {
        let mut admin = PgConnection::connect(server).await.unwrap();
        let (version, fsync, commit, buffers): (String, String, String, String) = sqlx::query_as(
            "select current_setting('server_version'), current_setting('fsync'),
                    current_setting('synchronous_commit'), current_setting('shared_buffers')",
        )
        .fetch_one(&mut admin)
        .await
        .unwrap();
        format!(
            "PostgreSQL {version}, fsync {fsync}, synchronous_commit {commit}, shared_buffers {buffers}"
        )
    }
}

#[async_trait(?Send)]
impl Premises for Database {
    async fn open(&self) -> Arc<dyn Store> {
        let url: DatabaseUrl = self.0.parse().unwrap();
        let store = PostgresStore::open(&url, &[], Options::default()).await;
        Arc::new(store.unwrap())
    }

    async fn due(&self) -> u64 {
        let mut connection = PgConnection::connect(&self.0).await.unwrap();
        let due: i64 =
            sqlx::query_scalar("select count(*) from submission where at <= shop_now() - $1")
                .bind(KEPT.cast_signed())
                .fetch_one(&mut connection)
                .await
                .unwrap();
        due.unsigned_abs()
    }
}
