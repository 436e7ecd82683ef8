using System.CommandLine;
using System.Globalization;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Leases;

/// <summary><c>metactl lease grant | revoke | timetolive | list | keep-alive</c>.</summary>
internal static class LeaseCommand
{
    private static readonly Argument<string[]> Lease = VerbWords.Of("lease-id", "lease id in hexadecimal");

    public static Command Build() => new("lease", "Leases: keys that are deleted unless their lease is renewed")
    {
        Grant(), Revoke(), TimeToLive(), List(), KeepAlive(),
    };

    private static Command Grant()
    {
        var ttl = VerbWords.Of("ttl", "time to live in seconds");
        var command = new Command("grant", "Makes a lease") { ttl };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var text = Only(parsed, "lease grant command needs TTL argument");
            var seconds = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new UsageException($"bad TTL ({text}), expecting seconds");
            Printer.For(parsed).Grant(await client.Lease.GrantAsync(new LeaseGrantRequest { TTL = seconds }, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Revoke()
    {
        var command = new Command("revoke", "Removes a lease and its keys") { Lease };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var id = LeaseIds.Parse(Only(parsed, "lease revoke command needs 1 argument"));
            Printer.For(parsed).Revoke(id, await client.Lease.RevokeAsync(new LeaseRevokeRequest { ID = id }, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command TimeToLive()
    {
        var keys = new Option<bool>("--keys") { Description = "also print the keys attached to it" };
        var command = new Command("timetolive", "Shows the remaining time of a lease") { Lease, keys };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var request = new LeaseTimeToLiveRequest { ID = LeaseIds.Parse(Only(parsed, "lease timetolive command needs lease ID as argument")), Keys = parsed.GetValue(keys) };
            Printer.For(parsed).TimeToLive(await client.Lease.TimeToLiveAsync(request, cancellation), request.Keys);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Lists all leases") { VerbWords.Ignored() };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            Printer.For(parsed).Leases(await client.Lease.ListAsync(cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command KeepAlive()
    {
        var once = new Option<bool>("--once") { Description = "renew it once instead of continuously" };
        var command = new Command("keep-alive", "Renews a lease until it is revoked") { Lease, once };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var id = LeaseIds.Parse(Only(parsed, "lease keep-alive command needs lease ID as argument"));
            var printer = Printer.For(parsed);
            if (parsed.GetValue(once))
            {
                var answer = await client.Lease.KeepAliveOnceAsync(id, cancellation);
                if (answer.TTL <= 0)
                {
                    throw new UsageException(EtcdErrors.LeaseNotFound, ExitCodes.BadConnection);
                }

                printer.KeepAlive(answer);
                return ExitCodes.Ok;
            }

            await foreach (var answer in client.Lease.KeepAliveAsync(id, cancellation))
            {
                if (answer.TTL > 0)
                {
                    printer.KeepAlive(answer);
                }
            }

            Terminal.Out.WriteLine($"lease {id:x16} expired or revoked.");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Only(ParseResult parsed, string needed) => parsed.Plain() is [var only] ? only : throw new UsageException(needed);
}
