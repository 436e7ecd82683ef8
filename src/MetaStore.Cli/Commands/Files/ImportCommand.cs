using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Import;
using MetaStore.Cli.Output;
using MetaStore.Cli.Reference;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Files;

/// <summary>
/// <c>metactl import FILE|-|DIR</c>: puts the lines of <c>metactl export</c>; or loads a directory tree as keys with the file contents as values, and optionally
/// reads everything back from every node.
/// </summary>
internal static class ImportCommand
{
    private const string StandardInput = "-";

    private static readonly Argument<string[]> Folder = VerbWords.Of(ValueEntry.FileName, "lines of an export, - for standard input; or a directory, whose files become keys, without following links");

    private static readonly Option<string> Prefix = new("--prefix") { Description = "put before every key; for a directory / by default", DefaultValueFactory = _ => string.Empty };

    private static readonly Option<int> Concurrency = new("--concurrency") { Description = "calls in flight", DefaultValueFactory = _ => 128 };

    private static readonly Option<int> MaxFiles = new("--max-files") { Description = "maximum number of files; 0 = all" };

    private static readonly Option<long> MaxBytes = new("--max-value-bytes") { Description = "larger files are skipped", DefaultValueFactory = _ => 64 * 1024 };

    private static readonly Option<bool> Verify = new("--verify") { Description = "read every key back from every member and compare; compare the members' hashes" };

    private static readonly Option<long> FromLine = new("--from-line") { Description = "lines only: the first one to import, to continue an import that was interrupted", DefaultValueFactory = _ => 1 };

    private static readonly Option<bool> SkipLeased = new("--skip-leased") { Description = "lines only: leave out keys that had a lease; otherwise they are imported without one" };

    public static Command Build()
    {
        var command = new Command("import", "Puts the keys of an export, or loads a directory tree as keys")
        {
            Folder, Prefix, Concurrency, FromLine, SkipLeased, MaxFiles, MaxBytes, Verify,
        };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var given = parsed.Plain() is [{ Length: > 0 } only] ? only : throw new UsageException("import needs one file, directory or -");
            if (parsed.GetValue(Concurrency) < 1 || parsed.GetValue(FromLine) < 1)
            {
                throw new UsageException("--concurrency and --from-line must be at least 1");
            }

            if (given == StandardInput || File.Exists(given))
            {
                await PutLinesAsync(parsed, client, given, cancellation);
                return ExitCodes.Ok;
            }

            var folder = new DirectoryInfo(given);
            if (!folder.Exists)
            {
                throw new UsageException($"there is no file or directory {folder.FullName}");
            }

            var (files, tooLarge) = DirectoryTree.List(folder.FullName, parsed.GetResult(Prefix) is OptionResult { Implicit: false } ? parsed.GetValue(Prefix)! : "/", parsed.GetValue(MaxBytes), parsed.GetValue(MaxFiles));
            await LoadAsync(client, files, tooLarge, parsed.GetValue(Concurrency), cancellation);
            return !parsed.GetValue(Verify) || await VerifyAsync(client, files, parsed.GetValue(Concurrency), cancellation) ? ExitCodes.Ok : ExitCodes.Error;
        }, hasTable: true);
        return command;
    }

    private static async Task PutLinesAsync(ParseResult parsed, MetaStoreClient client, string path, CancellationToken cancellation)
    {
        if (parsed.GetValue(Verify))
        {
            throw new UsageException("--verify is for directories; compare two exports instead");
        }

        await using var file = path == StandardInput ? null : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        var options = new LineImportOptions(ByteWords.BytesOf(parsed.GetValue(Prefix)!), parsed.GetValue(FromLine), parsed.GetValue(Concurrency), parsed.GetValue(SkipLeased));
        var clock = Stopwatch.StartNew();
        var result = await ProgressBar.WhileAsync("importing", file?.Length ?? 0, bar => new LineImport(client, options).RunAsync(file ?? Terminal.Input, bar, cancellation));
        var took = clock.Elapsed.TotalSeconds;
        Terminal.Out.WriteLine(FormattableString.Invariant($"imported {result.Keys} keys in {took:0.00} s: {result.Keys / Math.Max(took, 0.001):0} keys/s")
            + (result.Leased > 0 ? $"; {result.Leased} of them had a lease and have none now" : string.Empty)
            + (result.Skipped > 0 ? $"; {result.Skipped} keys with a lease were left out" : string.Empty));
    }

    private static async Task LoadAsync(MetaStoreClient client, IReadOnlyList<ImportFile> files, int tooLarge, int concurrency, CancellationToken cancellation)
    {
        var bytes = files.Sum(file => file.Length);
        var took = await ProgressBar.WhileAsync("importing", bytes, bar => new ImportRun(client, concurrency).RunAsync(files, done => bar(done), cancellation));
        Terminal.Out.WriteLine($"imported {files.Count} files, {Rows.Bytes(bytes)}, in {took.TotalSeconds:0.00} s: " +
            $"{files.Count / took.TotalSeconds:0} keys/s, {Rows.Bytes((long)(bytes / took.TotalSeconds))}/s" + (tooLarge > 0 ? $"; {tooLarge} larger files skipped" : string.Empty));
    }

    private static async Task<bool> VerifyAsync(MetaStoreClient client, IReadOnlyList<ImportFile> files, int concurrency, CancellationToken cancellation)
    {
        var good = true;
        var hashes = new List<HashKVResponse>();
        foreach (var endpoint in await client.Cluster.EndpointsAsync(cancellation))
        {
            var name = endpoint.Authority.Length > 0 ? endpoint.Authority : endpoint.OriginalString; // a socket has no authority
            using var node = client.At(endpoint);
            var wrong = await ProgressBar.WhileAsync($"reading back from {name}", files.Count, bar => new ImportCheck(node, concurrency).RunAsync(files, () => bar(1), cancellation));
            var hash = await node.Maintenance.HashKVAsync(new HashKVRequest(), cancellation);
            hashes.Add(hash);
            Terminal.Out.WriteLine($"{name}: {files.Count - wrong.Count} keys equal, {wrong.Count} missing or different; hash {hash.Hash} at revision {hash.Header.Revision}");
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
}
