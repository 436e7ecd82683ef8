using System.CommandLine;
using System.Globalization;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Locks;

/// <summary><c>metactl lock NAME [-- PROGRAM ARGS]</c>: acquires a lock and holds it until interrupted or until the program ends.</summary>
internal static class LockCommand
{
    /// <summary>TTL used for 0 or less, as in etcdctl.</summary>
    private const int DefaultSeconds = 60;

    private static readonly Argument<string[]> Words = VerbWords.Of("name [-- program args]", "name of the lock, and a program to run while it is held");

    private static readonly Option<int> Ttl = new("--ttl") { Description = "seconds after which others get the lock when this client crashes", DefaultValueFactory = _ => 10 };

    public static Command Build()
    {
        var command = new Command("lock", "Acquires a lock; with a program, runs it while the lock is held and returns its exit code") { Words, Ttl };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var words = parsed.Plain();
            if (words.Length == 0)
            {
                throw new UsageException("lock takes a lock name argument and an optional command to execute");
            }

            var ttl = parsed.GetValue(Ttl) is > 0 and var seconds ? seconds : DefaultSeconds;
            await using var held = await client.Lock.AcquireAsync(ByteWords.BytesOf(words[0]), TimeSpan.FromSeconds(ttl), cancellation);
            return words.Length > 1
                ? await RunAsync(held, words[1..], cancellation)
                : await HoldAsync(client, held, Printer.For(parsed), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(HeldLock held, string[] program, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, held.Lost);
        try
        {
            var variables = new Dictionary<string, string>
            {
                ["ETCD_LOCK_KEY"] = held.Key.ToString(),
                ["ETCD_LOCK_REV"] = held.Revision.ToString(CultureInfo.InvariantCulture),
            };
            return await ChildProgram.RunAsync(program, variables, end.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return OwnershipLost.Report("lock", held.LastFailure);
        }
    }

    private static async Task<int> HoldAsync(MetaStoreClient client, HeldLock held, Printer printer, CancellationToken cancellation)
    {
        printer.Range(await client.Kv.RangeAsync(new RangeRequest { Key = held.Key.Content }, cancellation), valuesOnly: false, countOnly: false);
        return await OwnershipLost.WaitAsync("lock", () => held.LastFailure, held.Lost, cancellation);
    }
}
