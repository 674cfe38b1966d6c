//! `guildhall backup` and `guildhall restore`, as whoever runs an instance uses them.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
};

use crate::{instance::Instance, on_both, shop::Shop};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A fresh place on each database there is.
fn targets() -> impl Iterator<Item = Instance> {
    [Some(Instance::on_sqlite()), Instance::on_postgres()]
        .into_iter()
        .flatten()
}

on_both! {
    fn an_instance_that_is_charged_all_the_time_is_backed_up_and_lives_on_either_database(instance: Instance) {
        let server = instance.serve();
        let shop = Shop::open(server.address, 100_000);
        let file = instance.beside("today.backup");
        let (stop, calls) = (AtomicBool::new(false), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut buyer = shop.buyer(server.address);
                    while !stop.load(Ordering::SeqCst) {
                        buyer.call().unwrap().done();
                        calls.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
            while calls.load(Ordering::SeqCst) < 30 {
                std::thread::yield_now();
            }
            let said = instance.run("backup", &[text(&file)], "").done();
            stop.store(true, Ordering::SeqCst);
            assert!(said.contains("does not hold the instance key"), "{said}");
        });
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!instance.beside("today.backup.partial").exists());
        let available = shop.available(server.address);
        instance.run("backup", &[text(&file)], "").refused(1, "exists already");

        for target in targets() {
            let said = target.run("restore", &[text(&file)], "").done();
            assert!(said.contains("the books of every workspace balance") && said.contains("MISSING"), "{said}");
            target.run("serve", &[], "").refused(2, "whose key is missing");
            fs::copy(instance.key(), target.key()).unwrap();
            target.is_in_order();
            let restored = target.serve();
            let then = shop.available(restored.address);
            assert!(then >= available && then <= 100_000 - 30, "{then} as of the backup, {available} at the end");
            shop.buyer(restored.address).call().unwrap().done();
            shop.buyer(restored.address).verify().unwrap().done();
            assert_eq!(shop.available(restored.address), then - 2);
            // Whoever restores into it must stop it first.
            target.run("restore", &[text(&file)], "").refused(1, "stop it first");
            restored.terminate();
            assert!(restored.ended().success());
            target.is_in_order();
        }
    }

    fn a_bad_file_a_database_in_use_and_another_key_are_refused_and_nothing_is_written(instance: Instance) {
        let empty = instance.run("migrate", &[], "");
        assert_eq!(empty.code, 0);
        let file = instance.beside("a.backup");
        instance.run("backup", &[text(&file)], "").refused(1, "never used");
        instance.run("admin", &["create-user", "ada@example.com"], "").done();
        instance.run("backup", &[text(&instance.beside("no/such/folder"))], "").refused(1, "cannot be written");
        instance.run("backup", &[text(&file)], "").done();
        instance.run("restore", &[text(&file)], "").refused(1, "the database is not empty");

        let whole = fs::read_to_string(&file).unwrap();
        let bad = instance.beside("bad.backup");
        for (content, words) in [
            (&whole[..whole.len() / 2], "cut off"),
            (&whole.replace("ada@example.com", "eva@example.com"), "altered"),
            (&whole.replacen("\"version\":1", "\"version\":2", 1), "use the newer release"),
            ("SQLite format 3", "no backup of Guildhall"),
        ] {
            fs::write(&bad, content).unwrap();
            let target = Instance::on_sqlite();
            let refused = target.run("restore", &[text(&bad)], "");
            assert!(refused.err.contains("bad.backup"), "{refused:?}");
            // A file that breaks off within its first line is none.
            assert!(refused.code == 1 && refused.err.contains(words), "{words}: {refused:?}");
            assert!(!target.file().exists(), "{words}");
        }
        for target in targets() {
            assert_eq!(target.run("migrate", &[], "").code, 0);
            fs::write(target.key(), "5".repeat(64)).unwrap();
            fs::set_permissions(target.key(), fs::Permissions::from_mode(0o600)).unwrap();
            target.run("restore", &[text(&file)], "").refused(1, "belongs to the instance key");
            target.run("restore", &[text(&instance.beside("nothing"))], "").refused(1, "cannot be read");
            fs::copy(instance.key(), target.key()).unwrap();
            target.run("restore", &[text(&file)], "").done();
            // It is there once.
            target.run("admin", &["create-user", "ada@example.com"], "").refused(1, "taken");
        }
    }
}
