using System.CommandLine;
using Google.Protobuf;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Kv;

/// <summary><c>metactl put KEY [VALUE]</c>: stores one value; without VALUE it is read from stdin.</summary>
internal static class PutCommand
{
    private const string WhatIsNeeded = "put command needs 1 argument and input from stdin or 2 arguments";

    private static readonly Argument<string[]> Words = VerbWords.Of("key [value]", "the key and its value; the value is read from stdin when omitted");

    private static readonly Option<string> Lease = new("--lease") { Description = "lease id in hexadecimal", DefaultValueFactory = _ => "0" };

    private static readonly Option<string> TimeToLive = new DurationOption("--ttl") { Description = "delete the key after this time, such as 30s, by a lease made for it alone; 0 = keep it, and end such a lease" };

    private static readonly Option<bool> Previous = new("--prev-kv") { Description = "print the pair as it was before" };

    private static readonly Option<bool> IgnoreValue = new("--ignore-value") { Description = "keep the current value" };

    private static readonly Option<bool> IgnoreLease = new("--ignore-lease") { Description = "keep the current lease" };

    public static Command Build()
    {
        var command = new Command("put", "Stores a value under a key") { Words, Lease, TimeToLive, Previous, IgnoreValue, IgnoreLease };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var request = await RequestAsync(parsed, Terminal.Input, cancellation);
            Printer.For(parsed).Put(TimeToLiveOf(parsed) is { } time
                ? await client.Kv.PutAsync(request, time, cancellation)
                : await client.Kv.PutAsync(request, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The request for the arguments. Throws <see cref="UsageException"/>, also when there is neither a value nor input: that is not an empty value.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="input">Supplies a value that is not among the arguments.</param>
    /// <param name="cancellation">Cancels reading.</param>
    public static async Task<PutRequest> RequestAsync(ParseResult parsed, Stream input, CancellationToken cancellation)
    {
        var words = parsed.Plain();
        if (words.Length == 0)
        {
            throw new UsageException(WhatIsNeeded);
        }

        var request = new PutRequest
        {
            Key = ByteWords.BytesOf(words[0]),
            PrevKv = parsed.GetValue(Previous),
            IgnoreValue = parsed.GetValue(IgnoreValue),
            IgnoreLease = parsed.GetValue(IgnoreLease),
        };
        if (request.IgnoreValue && words.Length > 1)
        {
            throw new UsageException("put command needs only 1 argument when 'ignore-value' is set");
        }

        if (TimeToLiveOf(parsed) is not null && (request.IgnoreLease || parsed.GetResult(Lease) is { Implicit: false }))
        {
            throw new UsageException("put command takes --ttl or a lease, not both");
        }

        request.Lease = LeaseIds.Parse(parsed.GetValue(Lease)!);
        if (!request.IgnoreValue)
        {
            request.Value = words.Length > 1 ? ByteWords.BytesOf(words[1]) : await ByteString.FromStreamAsync(input, cancellation);
            if (words.Length == 1 && request.Value.IsEmpty)
            {
                throw new UsageException(WhatIsNeeded);
            }
        }

        return request;
    }

    /// <summary>The time of <c>--ttl</c>, infinite for 0; null without it.</summary>
    private static TimeSpan? TimeToLiveOf(ParseResult parsed)
    {
        if (parsed.GetValue(TimeToLive) is not { } text)
        {
            return null;
        }

        TimeSpan time = Durations.Parse(text);
        return time >= TimeSpan.Zero ? time == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : time : throw new UsageException("the time of --ttl is negative");
    }
}
