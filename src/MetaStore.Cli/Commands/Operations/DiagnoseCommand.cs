using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Diagnosis;
using MetaStore.Cli.Pages;
using MetaStore.Cli.Reference;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.IO;
using ExitCodes = MetaStore.Cli.CommandLine.ExitCodes;

namespace MetaStore.Cli.Commands.Operations;

/// <summary><c>metactl diagnose</c>: one tar.gz to attach to the report of a bug. No keys, no values, no secrets.</summary>
internal static class DiagnoseCommand
{
    private static readonly Option<string> Output = new("--output", "-o") { Description = "file to write; metactl-diagnose-TIME.tar.gz by default", HelpName = ValueEntry.FileName };

    private static readonly Option<string> Configuration = new("--config-file") { Description = "also add this configuration of a member, without secrets and comments", HelpName = ValueEntry.FileName };

    private static readonly Option<string> Log = new("--log-file") { Description = "also add the last 4 MiB of this log as they are: read them before you pass them on", HelpName = ValueEntry.FileName };

    public static Command Build()
    {
        var command = new Command("diagnose", "Writes one tar.gz for the report of a bug: versions, members, status, metrics and health of each, no keys and no values")
        {
            VerbWords.Ignored(), Output, Configuration, Log,
        };
        command.SetAction(RunAsync, hasTable: true);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, MetaStoreClient client, CancellationToken cancellation)
    {
        if (parsed.Plain().Length > 0)
        {
            throw new UsageException("diagnose takes no arguments");
        }

        var now = DateTimeOffset.UtcNow;
        var path = parsed.GetValue(Output) is { Length: > 0 } given ? given : $"metactl-diagnose-{now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}.tar.gz";
        if (File.Exists(path))
        {
            throw new UsageException($"{path} exists", ExitCodes.Error);
        }

        using var content = new MemoryStream();
        IReadOnlyList<string> failures;
        using (var archive = new DiagnosisArchive(content))
        {
            failures = await CollectAsync(parsed, client, archive, now, cancellation);
        }

        using (var file = PhysicalDisk.Instance.Open(path, DiskOpenMode.Create))
        {
            file.Write(0, content.GetBuffer().AsSpan(0, (int)content.Length));
            file.FullSync();
        }

        foreach (var failure in failures)
        {
            Terminal.Complain($"without {failure}");
        }

        Terminal.Out.WriteLine(path);
        await ReplacementHints.ShowAsync(client, cancellation);
        return ExitCodes.Ok;
    }

    private static async Task<IReadOnlyList<string>> CollectAsync(ParseResult parsed, MetaStoreClient client, DiagnosisArchive archive, DateTimeOffset now, CancellationToken cancellation)
    {
        var run = new DiagnosisRun(archive);
        var asked = GlobalOptions.EndpointList(parsed);
        var members = await run.MembersAsync(client, cancellation);
        using var pages = new MemberPages(GlobalOptions.ClientOptions(parsed));
        foreach (var endpoint in asked.Concat(members).DistinctBy(endpoint => endpoint.Address))
        {
            await run.MemberAsync(endpoint, client, pages, cancellation);
        }

        if (parsed.GetValue(Configuration) is { } configuration)
        {
            await run.FileAsync("configuration.txt", () => SecretFilter.Of(File.ReadAllText(configuration)));
        }

        if (parsed.GetValue(Log) is { } log)
        {
            await run.FileAsync("log.txt", () => LogTail.Of(log));
        }

        archive.Add("about.txt", About(asked, now));
        archive.Add("failures.txt", string.Concat(run.Failures.Select(failure => failure + "\n")));
        return run.Failures;
    }

    private static string About(IEnumerable<Endpoint> asked, DateTimeOffset now) =>
        $"""
        metactl {VersionCommand.ProductVersion}
        at {now:u}
        endpoints {string.Join(',', asked.Select(endpoint => SecretFilter.WithoutUser(endpoint.Name)))}
        {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}
        {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors

        """;
}
