namespace MetaStore.Cli.Reference;

/// <summary>Examples of every verb: in its help text, in its manual page and in docs/cli.md.</summary>
/// <remarks>A test parses every line, and fails for a verb without one.</remarks>
internal static class VerbExamples
{
    private static readonly Dictionary<string, string[]> All = new(StringComparer.Ordinal)
    {
        ["put"] =
        [
            "metactl put hello world",
            "metactl put session/7 alive --lease=694d5765fc71500b",
            "metactl put login/7 pending --ttl 30s",
            "metactl put config < config.json",
        ],
        ["get"] =
        [
            "metactl get hello",
            "metactl get --prefix app/ --keys-only --limit=100",
            "metactl get hello --rev=42 --consistency=s -w json",
        ],
        ["del"] = ["metactl del hello", "metactl del --prefix app/ --prev-kv"],
        ["txn"] = ["metactl txn --interactive", "metactl txn < transaction.txt"],
        ["compaction"] = ["metactl compaction 1000", "metactl compaction --physical 1000"],
        ["watch"] =
        [
            "metactl watch --prefix app/",
            "metactl watch hello --rev=42 --prev-kv",
            "metactl watch hello -- sh -c 'echo $ETCD_WATCH_VALUE'",
        ],
        ["lease grant"] = ["metactl lease grant 60"],
        ["lease revoke"] = ["metactl lease revoke 694d5765fc71500b"],
        ["lease timetolive"] = ["metactl lease timetolive 694d5765fc71500b --keys"],
        ["lease list"] = ["metactl lease list"],
        ["lease keep-alive"] = ["metactl lease keep-alive 694d5765fc71500b", "metactl lease keep-alive --once 694d5765fc71500b"],
        ["lock"] = ["metactl lock nightly-job", "metactl lock nightly-job --ttl=30 -- ./run-job.sh"],
        ["elect"] = ["metactl elect primary 10.0.0.1:5432", "metactl elect --listen primary"],
        ["export"] =
        [
            "metactl export --prefix app/ --output app.jsonl",
            "metactl export --prefix app/ --output app.jsonl --resume",
            "metactl export --rev=42 | gzip > keys.jsonl.gz",
        ],
        ["import"] =
        [
            "metactl import app.jsonl --skip-leased",
            "gunzip < keys.jsonl.gz | metactl import - --prefix copy/",
            "metactl import /etc/app --prefix=/app/ --verify",
        ],
        ["migrate"] =
        [
            "metactl migrate --from http://10.0.0.1:2379 --to http://10.0.1.1:2379",
            "metactl migrate --from http://10.0.0.1:2379 --to http://10.0.1.1:2379 --resume --cut-over",
        ],
        ["endpoint status"] = ["metactl endpoint status --cluster -w table", "metactl --endpoints 10.0.0.1:2379,10.0.0.2:2379 endpoint status"],
        ["endpoint health"] = ["metactl endpoint health --cluster"],
        ["endpoint hashkv"] = ["metactl endpoint hashkv --cluster", "metactl endpoint hashkv --rev=42"],
        ["member list"] = ["metactl member list -w table"],
        ["member add"] = ["metactl member add n4 --peer-urls=https://n4.example.com:2380 --learner"],
        ["member remove"] = ["metactl member remove 8e9e05c52164694d"],
        ["member update"] = ["metactl member update 8e9e05c52164694d --peer-urls=https://n1.example.com:2380"],
        ["member promote"] = ["metactl member promote 8e9e05c52164694d"],
        ["move-leader"] = ["metactl --endpoints LEADER:2379 move-leader 8e9e05c52164694d"],
        ["alarm list"] = ["metactl alarm list"],
        ["alarm disarm"] = ["metactl alarm disarm"],
        ["auth explain"] = ["metactl auth explain alice app/config", "metactl auth explain alice app/ --prefix"],
        ["auth enable"] = ["metactl user add root:SECRET", "metactl auth enable"],
        ["auth disable"] = ["metactl --user root:SECRET auth disable"],
        ["auth status"] = ["metactl auth status"],
        ["user add"] = ["metactl user add app:SECRET", "metactl user add app --interactive=false < password.txt", "metactl user add app --no-password"],
        ["user get"] = ["metactl user get app --detail"],
        ["user list"] = ["metactl user list"],
        ["user delete"] = ["metactl user delete app"],
        ["user passwd"] = ["metactl user passwd app"],
        ["user grant-role"] = ["metactl user grant-role app reader"],
        ["user revoke-role"] = ["metactl user revoke-role app reader"],
        ["role add"] = ["metactl role add reader"],
        ["role get"] = ["metactl role get reader"],
        ["role list"] = ["metactl role list"],
        ["role delete"] = ["metactl role delete reader"],
        ["role grant-permission"] = ["metactl role grant-permission reader read app/ --prefix", "metactl role grant-permission writer readwrite key1"],
        ["role revoke-permission"] = ["metactl role revoke-permission reader app/ --prefix"],
        ["cert ca"] = ["metactl cert ca --dir pki"],
        ["cert member"] = ["metactl cert member n1 --hosts n1.example.com,10.0.0.1 --dir pki", "metactl cert member n2 --dir pki --days 90 --rsa"],
        ["cert client"] = ["metactl cert client app --dir pki"],
        ["cert revoke"] = ["metactl cert revoke pki/app.crt --dir pki", "metactl cert revoke --dir pki --days 30"],
        ["cert show"] = ["metactl cert show pki/app.crt pki/ca.crl"],
        ["defrag"] = ["metactl defrag --cluster"],
        ["snapshot save"] = 
        [
            "metactl --endpoints 10.0.0.1:2379 snapshot save backup.db",
            "metactl --endpoints 10.0.0.1:2379 snapshot save - | gzip > backup.db.gz",
        ],
        ["snapshot status"] = ["metactl snapshot status backup.db -w table"],
        ["snapshot restore"] =
        [
            "metactl snapshot restore backup.db --name n1 --data-dir n1 --initial-cluster n1=http://10.0.0.1:2380 --initial-advertise-peer-urls http://10.0.0.1:2380",
            "gunzip < backup.db.gz | metactl snapshot restore - --name n1 --data-dir n1",
        ],
        ["check perf"] = ["metactl check perf --load=m --duration=10s"],
        ["check datascale"] = ["metactl --endpoints 10.0.0.1:2379 check datascale --load=s"],
        ["diagnose"] = ["metactl diagnose", "metactl diagnose --config-file /etc/metastore/config.yaml --output report.tar.gz"],
        ["top"] = ["metactl top", "metactl top --prefix /registry/ --depth 2 --interval 5s", "metactl top --count 1 -w json"],
        ["batch status"] = ["metactl batch status -w table"],
        ["batch on"] = ["metactl batch on"],
        ["batch off"] = ["metactl batch off"],
        ["batch set"] = ["metactl batch set --policy=fixed --fixed-batch-size=256"],
        ["batch compare"] = ["metactl batch compare --loads 1,64 --duration 5m --report compare.html"],
        ["batch watch"] = ["metactl batch watch", "metactl batch watch --count 1"],
        ["admission status"] = ["metactl admission status -w table"],
        ["admission set"] = ["metactl admission set --max-credits=5000"],
        ["wal inspect"] = ["metactl wal inspect n1 --records"],
        ["wal verify"] = ["metactl wal verify n1"],
        ["engine convert"] = ["metactl engine convert --data-dir n1 --to rocksdb"],
        ["completion"] = ["source <(metactl completion bash)", "metactl completion fish | source"],
        ["version"] = ["metactl version"],
    };

    /// <summary>The examples of a verb, one command line each; empty for a group.</summary>
    /// <param name="path">"lease grant".</param>
    public static IReadOnlyList<string> Of(string path) => All.GetValueOrDefault(path) ?? [];
}
