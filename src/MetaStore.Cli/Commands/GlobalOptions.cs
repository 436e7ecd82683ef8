using System.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Client;

namespace MetaStore.Cli.Commands;

/// <summary>Options every verb takes. Each also has an environment variable, as etcdctl has: METACTL_ENDPOINTS and so on.</summary>
internal static class GlobalOptions
{
    /// <summary>Client URLs, comma separated; a bare host:port means http.</summary>
    public static Option<string> Endpoints { get; } = new("--endpoints")
    {
        Description = "client URLs of the cluster, comma separated",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("METACTL_ENDPOINTS")
            ?? Environment.GetEnvironmentVariable("ETCDCTL_ENDPOINTS") ?? "127.0.0.1:2379",
        Recursive = true,
    };

    /// <summary>How results are printed.</summary>
    public static Option<OutputFormat> WriteOut { get; } = new("--write-out", "-w")
    {
        Description = "output: simple, json, fields or table",
        HelpName = "simple|json|fields|table",
        DefaultValueFactory = _ => OutputFormat.Simple,
        Recursive = true,
    };

    /// <summary>Time a single call may take.</summary>
    public static Option<string> CommandTimeout { get; } = new("--command-timeout")
    {
        Description = "time a single call may take, such as 5s or 500ms",
        DefaultValueFactory = _ => "5s",
        Recursive = true,
    };

    /// <summary>Opens a client on the endpoints the caller named. The caller disposes it.</summary>
    public static MetaStoreClient Connect(ParseResult parsed) => new(new MetaStoreClientOptions
    {
        Endpoints = [.. EndpointList(parsed)],
        CommandTimeout = Patience(parsed),
    });

    /// <summary>The endpoints as URIs; at least one.</summary>
    /// <exception cref="UsageException">One of them is none, or there is none.</exception>
    public static IReadOnlyList<Uri> EndpointList(ParseResult parsed)
    {
        string[] texts = parsed.GetValue(Endpoints)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (texts.Length == 0)
        {
            throw new UsageException("no endpoint is given; write host:port, such as 127.0.0.1:2379");
        }

        try
        {
            return [.. texts.Select(EndpointAddress.Parse)];
        }
        catch (FormatException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    private static TimeSpan Patience(ParseResult parsed) =>
        Durations.Parse(parsed.GetValue(CommandTimeout)!) is { Ticks: > 0 } patience ? patience : throw new UsageException("--command-timeout must be longer than 0");
}
