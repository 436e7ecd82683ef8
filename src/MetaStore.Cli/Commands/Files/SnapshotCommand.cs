using System.CommandLine;
using System.Diagnostics;
using MetaStore.Cli.Backups;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Raft.Storage;

namespace MetaStore.Cli.Commands.Files;

/// <summary><c>metactl snapshot save | status | restore</c>: backups.</summary>
internal static class SnapshotCommand
{
    private static readonly Argument<string[]> File = VerbWords.Of("file", "the backup; - is standard output or input");

    public static Command Build() => new("snapshot", "Backups of the whole store") { Save(), Status(), Restore() };

    private static Command Save()
    {
        var command = new Command("save", "Saves a backup of one member's state; give exactly one endpoint") { File };
        command.SetAction(
            async (parsed, client, cancellation) =>
            {
                var path = Only(parsed, "snapshot save expects one argument");
                if (GlobalOptions.EndpointList(parsed).Count != 1)
                {
                    throw new UsageException("snapshot must be requested to one selected node, not multiple");
                }

                try
                {
                    var clock = Stopwatch.StartNew();
                    if (path == BackupPipe.Name)
                    {
                        var bytes = await BackupPipe.SaveAsync(client.Maintenance.SnapshotAsync(cancellation), Terminal.OutBytes, cancellation);
                        Terminal.Complain($"Snapshot saved to standard output: {Rows.Throughput(bytes, clock.Elapsed)}");
                        return ExitCodes.Ok;
                    }

                    var summary = await BackupFile.SaveAsync(client.Maintenance.SnapshotAsync(cancellation), path, cancellation);
                    Terminal.Complain($"Fetched and checked {Rows.Throughput(summary.Bytes, clock.Elapsed)}");
                    Printer.For(parsed).SnapshotSaved(path, summary);
                    return ExitCodes.Ok;
                }
                catch (Exception failed) when (Failures.CodeOf(failed) is not null)
                {
                    Failures.Report(failed);
                    return ExitCodes.Interrupted; // as in etcdctl, for any failure
                }
            },
            hasTable: true);
        return command;
    }

    private static Command Status()
    {
        var command = new Command("status", "Checks a backup and shows its contents") { File };
        command.SetOfflineAction((parsed, cancellation) => OnFile(parsed, "snapshot status requires exactly one argument", file =>
            Printer.For(parsed).SnapshotStatus(BackupFile.Check(file, mayLackHash: true, cancellation))));
        return command;
    }

    private static Command Restore()
    {
        var name = new Option<string>("--name") { Description = "name of the member", DefaultValueFactory = _ => "default" };
        var directory = new Option<string>("--data-dir") { HelpName = "directory", Description = "directory to create; {name}.metastore by default" };
        var initial = new Option<string>("--initial-cluster") { Description = "all members of the new cluster, as in the server's flag" };
        var token = new Option<string>("--initial-cluster-token") { Description = "distinguishes the new cluster from the old one", DefaultValueFactory = _ => "etcd-cluster" };
        var peers = new Option<string>("--initial-advertise-peer-urls") { Description = "peer addresses of this member", DefaultValueFactory = _ => "http://localhost:2380" };
        var engine = new Option<string>("--engine") { HelpName = "memory|rocksdb", Description = "engine that the server will use", DefaultValueFactory = _ => "memory" };
        engine.AcceptOnlyFromAmong("memory", "rocksdb");
        var bump = new Option<long>("--bump-revision") { Description = "number of revisions to skip, so that none is used twice" };
        var mark = new Option<bool>("--mark-compacted") { Description = "compact the whole history, so that old watches must restart" };
        var etcd = new Option<bool>("--from-etcd") { Description = "the file is a snapshot of etcd, or the database (member/snap/db) of an etcd that was stopped" };
        var command = new Command("restore", "Creates the data directory of a member of a new cluster from a backup")
        {
            File, name, directory, initial, token, peers, engine, bump, mark, etcd,
        };
        command.SetOfflineAction((parsed, cancellation) => OnFile(parsed, "snapshot restore requires exactly one argument", file =>
        {
            if (parsed.GetValue(bump) < 0)
            {
                throw new UsageException("--bump-revision must not be negative");
            }

            var self = parsed.GetValue(name)!;
            var alone = string.Join(',', parsed.GetValue(peers)!.Split(',').Select(url => $"{self}={url}"));
            var founders = Founders.Of(self, parsed.GetValue(initial) ?? alone, parsed.GetValue(token)!);
            var place = parsed.GetValue(directory) ?? $"{self}.metastore";
            var clock = Stopwatch.StartNew();
            var bytes = file == BackupPipe.Name ? BackupPipe.WithFile(Terminal.Input, place, Run, cancellation) : Run(file);
            Terminal.Complain($"Took {Rows.Throughput(bytes, clock.Elapsed)}");

            long Run(string backup)
            {
                var revision = RestoreRun.Run(
                    backup, place, founders, parsed.GetValue(engine) == "rocksdb" ? EngineKind.RocksDb : EngineKind.Memory,
                    new RestoreOptions(parsed.GetValue(etcd), parsed.GetValue(bump), parsed.GetValue(mark)), cancellation);
                Terminal.Complain($"Restored to {place}: member {founders.Self:x} of cluster {founders.Cluster:x}, revision {revision}");
                return new FileInfo(backup).Length;
            }
        }));
        return command;
    }

    private static string Only(ParseResult parsed, string needed) => parsed.Plain() is [{ Length: > 0 } only] ? only : throw new UsageException(needed);

    /// <summary>A file that cannot be read or is damaged, or a directory that cannot be created, gives exit code 1, as in etcdctl.</summary>
    private static int OnFile(ParseResult parsed, string needed, Action<string> run)
    {
        var file = Only(parsed, needed);
        try
        {
            run(file);
            return ExitCodes.Ok;
        }
        catch (Exception failed) when (failed is not OutputException and (InputException or IOException or UnauthorizedAccessException))
        {
            throw new UsageException(failed.Message, ExitCodes.Error);
        }
    }
}
