using System.CommandLine;
using System.Diagnostics;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Export;
using MetaStore.Cli.Output;
using MetaStore.Cli.Reference;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.IO;
using ExitCodes = MetaStore.Cli.CommandLine.ExitCodes;

namespace MetaStore.Cli.Commands.Files;

/// <summary><c>metactl export</c>: writes keys as lines of JSON, all of one revision, which <c>metactl import</c> reads.</summary>
internal static class ExportCommand
{
    private static readonly Option<string> Prefix = new("--prefix") { Description = "every key with this prefix; all keys by default", DefaultValueFactory = _ => string.Empty };

    private static readonly Option<string> File = new("--output", "-o") { Description = "file to write; standard output by default", HelpName = ValueEntry.FileName };

    private static readonly Option<bool> Resume = new("--resume") { Description = "continue the file of --output, at its revision; that must not be compacted yet" };

    private static readonly Option<long> Revision = new("--rev") { Description = "revision to export; 0 = newest" };

    public static Command Build()
    {
        var command = new Command("export", "Writes keys as lines of JSON: key, value, revisions and lease, all of one revision") { VerbWords.Ignored(), Prefix, File, Resume, Revision };
        command.SetAction(RunAsync, hasTable: true);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, MetaStoreClient client, CancellationToken cancellation)
    {
        var path = parsed.GetValue(File);
        if (parsed.Plain().Length > 0)
        {
            throw new UsageException("export takes no arguments; --prefix selects keys");
        }

        if (parsed.GetValue(Resume) && (path is null || parsed.GetValue(Revision) != 0))
        {
            throw new UsageException("--resume needs the --output of the export that it continues, and no --rev");
        }

        if (path is not null && !parsed.GetValue(Resume) && System.IO.File.Exists(path))
        {
            throw new UsageException($"{path} exists; --resume continues it", ExitCodes.Error);
        }

        var range = KeyRange.Prefix(ByteWords.BytesOf(parsed.GetValue(Prefix)!));
        var start = new ExportPosition(parsed.GetValue(Revision), null, 0, 0, IsComplete: false);
        if (parsed.GetValue(Resume))
        {
            await using var before = new FileStream(path!, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            start = await ExportPosition.OfAsync(before, range, cancellation);
        }

        if (start.IsComplete)
        {
            Terminal.Complain($"{path} is complete: {start.Keys} keys at revision {start.Revision}");
            return ExitCodes.Ok;
        }

        using var file = path is null ? null : PhysicalDisk.Instance.Open(path, start.Length > 0 ? DiskOpenMode.ReadWrite : DiskOpenMode.Create);
        file?.SetLength(start.Length); // without a last line that is not complete
        var at = start.Length;
        var run = new ExportRun(client, lines =>
        {
            if (file is null)
            {
                Terminal.OutBytes.Write(lines.Span);
            }
            else
            {
                file.Write(at, lines.Span);
                at += lines.Length;
            }
        });
        var (revision, total) = await run.LookAsync(range, start.Revision, cancellation);
        var clock = Stopwatch.StartNew();
        var (keys, bytes) = await ProgressBar.WhileAsync("exporting", total - start.Keys, bar => run.RunAsync(range, start with { Revision = revision }, done => bar(done), cancellation));
        file?.FullSync();
        Terminal.Complain($"exported {keys} keys at revision {revision}: {Rows.Throughput(bytes, clock.Elapsed)}");
        return ExitCodes.Ok;
    }
}
