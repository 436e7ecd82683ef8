using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Import;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using Spectre.Console;
using Rows = MetaStore.Cli.Output.Rows;

namespace MetaStore.Cli.Commands.Files;

/// <summary><c>metactl import DIR</c>: loads a directory tree as keys with the file contents as values; optionally reads everything back from every node.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string[]> Folder = VerbWords.Of("directory", "folder to load; links are not followed");

    private static readonly Option<string> Prefix = new("--prefix") { Description = "prefix of every key", DefaultValueFactory = _ => "/" };

    private static readonly Option<int> Concurrency = new("--concurrency") { Description = "calls in flight", DefaultValueFactory = _ => 128 };

    private static readonly Option<int> MaxFiles = new("--max-files") { Description = "maximum number of files; 0 = all" };

    private static readonly Option<long> MaxBytes = new("--max-value-bytes") { Description = "larger files are skipped", DefaultValueFactory = _ => 64 * 1024 };

    private static readonly Option<bool> Verify = new("--verify") { Description = "read every key back from every member and compare; compare the members' hashes" };

    public static Command Build()
    {
        var command = new Command("import", "Loads a directory tree as keys") { Folder, Prefix, Concurrency, MaxFiles, MaxBytes, Verify };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var folder = new DirectoryInfo(parsed.Plain() is [{ Length: > 0 } only] ? only : throw new UsageException("import needs one directory"));
            if (!folder.Exists)
            {
                throw new UsageException($"there is no directory {folder.FullName}");
            }

            if (parsed.GetValue(Concurrency) < 1)
            {
                throw new UsageException("--concurrency must be at least 1");
            }

            var (files, tooLarge) = DirectoryTree.List(folder.FullName, parsed.GetValue(Prefix)!, parsed.GetValue(MaxBytes), parsed.GetValue(MaxFiles));
            await LoadAsync(client, files, tooLarge, parsed.GetValue(Concurrency), cancellation);
            return !parsed.GetValue(Verify) || await VerifyAsync(client, files, parsed.GetValue(Concurrency), cancellation) ? ExitCodes.Ok : ExitCodes.Error;
        }, hasTable: true);
        return command;
    }

    private static async Task LoadAsync(MetaStoreClient client, IReadOnlyList<ImportFile> files, int tooLarge, int concurrency, CancellationToken cancellation)
    {
        var bytes = files.Sum(file => file.Length);
        var took = await WithProgress("importing", bytes, bar => new ImportRun(client, concurrency).RunAsync(files, done => bar(done), cancellation));
        Terminal.Out.WriteLine($"imported {files.Count} files, {Rows.Bytes(bytes)}, in {took.TotalSeconds:0.00} s: " +
            $"{files.Count / took.TotalSeconds:0} keys/s, {Rows.Bytes((long)(bytes / took.TotalSeconds))}/s" + (tooLarge > 0 ? $"; {tooLarge} larger files skipped" : string.Empty));
    }

    private static async Task<bool> VerifyAsync(MetaStoreClient client, IReadOnlyList<ImportFile> files, int concurrency, CancellationToken cancellation)
    {
        var good = true;
        var hashes = new List<HashKVResponse>();
        foreach (var endpoint in await client.Cluster.EndpointsAsync(cancellation))
        {
            using var node = client.At(endpoint);
            var wrong = await WithProgress($"reading back from {endpoint.Authority}", files.Count, bar => new ImportCheck(node, concurrency).RunAsync(files, () => bar(1), cancellation));
            var hash = await node.Maintenance.HashKVAsync(new HashKVRequest(), cancellation);
            hashes.Add(hash);
            Terminal.Out.WriteLine($"{endpoint.Authority}: {files.Count - wrong.Count} keys equal, {wrong.Count} missing or different; hash {hash.Hash} at revision {hash.Header.Revision}");
            foreach (var key in wrong.Take(10))
            {
                Terminal.Complain($"  differs: {key}");
            }

            good &= wrong.Count == 0;
        }

        var agree = hashes.Select(hash => (hash.Hash, hash.Header.Revision)).Distinct().Count() == 1;
        Terminal.Out.WriteLine(agree ? $"all {hashes.Count} members agree" : "the members' hashes differ");
        return good && agree;
    }

    /// <summary>Shows a progress bar on stderr while the work runs; nothing when stderr is not a terminal.</summary>
    private static async Task<T> WithProgress<T>(string title, double total, Func<Action<double>, Task<T>> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected)
        {
            return await work(_ => { });
        }

        return await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(title, maxValue: Math.Max(total, 1));
                return await work(done =>
                {
                    lock (bar)
                    {
                        bar.Increment(done);
                    }
                });
            });
    }
}
