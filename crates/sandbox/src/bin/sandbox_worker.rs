//! A worker by itself, for the tests of this crate; Hearth's own binary does the same as `hearth sandbox-worker`.

fn main() -> std::process::ExitCode {
    sandbox::worker_main()
}
