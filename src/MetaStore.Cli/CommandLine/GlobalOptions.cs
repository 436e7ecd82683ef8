using System.CommandLine;
using MetaStore.Cli.CommandLine.Tls;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Commands.Users;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Client;

namespace MetaStore.Cli.CommandLine;

/// <summary>Flags that every verb takes, with etcdctl's names and defaults.</summary>
internal static class GlobalOptions
{
    private static readonly GlobalFlag Endpoints = new(new ListOption("--endpoints") { Description = "client URLs of the cluster, comma separated, or repeat the flag" }, "127.0.0.1:2379");

    private static readonly GlobalFlag WriteOut = new(
        new Option<string>("--write-out", "-w") { Description = "output: simple, json, fields or table", HelpName = "simple|json|fields|table" }, "simple");

    private static readonly GlobalFlag Hex = new(new Option<bool>("--hex") { Description = "print keys and values as \\x.. in the simple format" }, "false");

    private static readonly GlobalFlag CommandTimeout = new(new DurationOption("--command-timeout") { Description = "timeout of a single call, such as 5s or 500ms" }, "5s");

    private static readonly GlobalFlag DialTimeout = new(new DurationOption("--dial-timeout") { Description = "timeout of opening a connection" }, "2s");

    private static readonly GlobalFlag KeepAliveTime = new(new DurationOption("--keepalive-time") { Description = "idle time after which a connection with an open call is pinged", Hidden = true }, "10s");

    private static readonly GlobalFlag KeepAliveTimeout = new(new DurationOption("--keepalive-timeout") { Description = "how long to wait for a ping's acknowledgement", Hidden = true }, "6s");

    private static readonly GlobalFlag MaxRequestBytes = new(new Option<int>("--max-request-bytes") { Description = "largest request; 0 uses the server's limit", Hidden = true }, "0");

    private static readonly GlobalFlag MaxReceiveBytes = new(new Option<int>("--max-recv-bytes") { Description = "largest response; 0 = unlimited", Hidden = true }, "0");

    private static readonly GlobalFlag User = new(new Option<string>("--user") { Description = "who makes the calls: name[:password]; a password that is not given is asked for" }, "");

    private static readonly GlobalFlag Password = new(new Option<string>("--password") { Description = "password of --user, which then has no colon in it" }, "");

    private static readonly GlobalFlag Debug = new(new Option<bool>("--debug") { Description = "print all global flags to standard error first", Hidden = true }, "false");

    /// <summary>In the order in which --debug prints them.</summary>
    private static readonly GlobalFlag[] All =
    [
        TlsFlags.Authorities, TlsFlags.Certificate, CommandTimeout, Debug, DialTimeout, Endpoints, Hex,
        new(new Option<bool>("--insecure-discovery") { Description = "only used with --discovery-srv", Hidden = true }, "true"),
        TlsFlags.SkipVerify, TlsFlags.Plaintext, KeepAliveTime, KeepAliveTimeout, TlsFlags.Key, MaxReceiveBytes, MaxRequestBytes, Password, User, WriteOut,
    ];

    /// <summary>Adds the flags to the root.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var flag in All.Select(flag => flag.Option))
        {
            flag.Recursive = true;
            root.Options.Add(flag);
        }
    }

    /// <summary>The value of a global flag that is not given; null for a flag of a verb.</summary>
    public static string? DefaultOf(Option option) => All.FirstOrDefault(flag => flag.Option == option)?.Default;

    /// <summary>Opens a client for the given endpoints. The caller disposes it. Throws <see cref="UsageException"/>.</summary>
    public static MetaStoreClient Connect(ParseResult parsed)
    {
        Variables.Check(parsed, All);
        var shows = Debug.IsTrue(parsed);
        foreach (var flag in All)
        {
            // Read in any case: an invalid variable is rejected even when this verb does not need it.
            var line = $"{GlobalFlag.EtcdctlPrefix}{flag.Variable}={flag.Text(parsed)}";
            if (shows)
            {
                Terminal.Complain(flag == Password || flag == User ? $"{GlobalFlag.EtcdctlPrefix}{flag.Variable}=<not shown>" : line);
            }
        }

        Format(parsed);
        try
        {
            return new MetaStoreClient(ClientOptions(parsed));
        }
        catch (ArgumentException unusable)
        {
            throw new UsageException(unusable.Message);
        }
    }

    /// <summary>Options of the client from the flags: endpoints, timeouts and limits. Throws <see cref="UsageException"/>.</summary>
    public static MetaStoreClientOptions ClientOptions(ParseResult parsed)
    {
        var (user, password) = Credentials(parsed);
        return new()
        {
            User = user,
            Password = password,
            Tls = TlsFlags.Read(parsed),
            Endpoints = [.. EndpointList(parsed).Select(endpoint => endpoint.Address)],
            CommandTimeout = Timeout(parsed),
            DialTimeout = AboveZero(DialTimeout, parsed),
            KeepAliveTime = AboveZero(KeepAliveTime, parsed),
            KeepAliveTimeout = AboveZero(KeepAliveTimeout, parsed),
            MaxSendBytes = MaxRequestBytes.Number(parsed) is > 0 and var most ? most : int.MaxValue,
            MaxReceiveBytes = MaxReceiveBytes.Number(parsed) is > 0 and var largest ? largest : int.MaxValue,
        };
    }

    /// <summary>Timeout of a single call. Throws <see cref="UsageException"/>.</summary>
    public static TimeSpan Timeout(ParseResult parsed) => AboveZero(CommandTimeout, parsed);

    /// <summary>The output format. Throws <see cref="UsageException"/> for an unknown format.</summary>
    public static OutputFormat Format(ParseResult parsed) => WriteOut.Text(parsed) switch
    {
        "simple" => OutputFormat.Simple,
        "json" => OutputFormat.Json,
        "fields" => OutputFormat.Fields,
        "table" => OutputFormat.Table,
        "protobuf" => throw new UsageException("protobuf is not supported as output format; -w json has the same", ExitCodes.BadFeature),
        _ => throw new UsageException("unsupported output format; write simple, json, fields or table", ExitCodes.BadFeature),
    };

    /// <summary>Whether keys and values are printed as hexadecimal escapes.</summary>
    public static bool IsHex(ParseResult parsed) => Hex.IsTrue(parsed);

    /// <summary>The endpoints as given; at least one.</summary>
    /// <exception cref="UsageException">An endpoint is invalid, or there is none.</exception>
    public static IReadOnlyList<Endpoint> EndpointList(ParseResult parsed) => EndpointList(parsed, Endpoints.Text(parsed));

    /// <summary>The endpoints of a flag that names another cluster, comma separated; at least one.</summary>
    /// <exception cref="UsageException">An endpoint is invalid, or there is none.</exception>
    public static IReadOnlyList<Endpoint> EndpointList(ParseResult parsed, string text)
    {
        if (text.Length == 0)
        {
            throw new UsageException("etcdclient: no available endpoints; write host:port, such as 127.0.0.1:2379", ExitCodes.BadConnection);
        }

        string[] texts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return texts.Length == 0 ? throw new UsageException("no endpoint is given; write host:port, such as 127.0.0.1:2379", ExitCodes.Error) : [.. texts.Select(text => Endpoint.Parse(text, TlsFlags.IsWanted(parsed)))];
    }

    /// <summary>As etcdctl: "name:password" without --password, the name alone with it; the password is asked for when neither has it.</summary>
    private static (string? User, string? Password) Credentials(ParseResult parsed)
    {
        var (user, password) = (User.Text(parsed), Password.Text(parsed));
        return user.Length == 0 ? (null, null)
            : password.Length > 0 ? (user, password)
            : user.Split(':', 2) is [var name, var second] ? (name, second)
            : (user, Passwords.Asked());
    }

    /// <summary>A timeout of zero or less fails every call, as in etcdctl.</summary>
    private static TimeSpan AboveZero(GlobalFlag flag, ParseResult parsed) =>
        flag.Time(parsed) is { Ticks: > 0 } time ? time : throw new UsageException($"context deadline exceeded: {flag.Option.Name} must be longer than 0", ExitCodes.Error);
}
