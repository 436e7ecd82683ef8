using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Locks;

/// <summary><c>metactl elect NAME PROPOSAL</c> takes part in an election, <c>metactl elect --listen NAME</c> watches one.</summary>
internal static class ElectCommand
{
    /// <summary>Lease TTL: how long others wait when this client crashes; as in etcdctl.</summary>
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(60);

    private static readonly Argument<string[]> Words = VerbWords.Of("election-name [proposal]", "name of the election, and the value the leader proclaims, such as its address");

    private static readonly Option<bool> Listen = new("--listen", "-l") { Description = "print every leader and its value instead of taking part" };

    public static Command Build()
    {
        var command = new Command("elect", "Takes part in an election, or watches one") { Words, Listen };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var words = parsed.Plain();
            if (words.Length is < 1 or > 2)
            {
                throw new UsageException("elect takes one election name argument and an optional proposal argument");
            }

            Bytes name = ByteWords.BytesOf(words[0]);
            var (proposal, printer) = (words.ElementAtOrDefault(1), Printer.For(parsed));
            return (proposal, parsed.GetValue(Listen)) switch
            {
                (null, true) => await ObserveAsync(client, name, printer, cancellation),
                (null, false) => throw new UsageException("no proposal argument but -l not set"),
                (_, true) => throw new UsageException("proposal given but -l is set"),
                _ => await CampaignAsync(client, name, ByteWords.BytesOf(proposal!), printer, cancellation),
            };
        });
        return command;
    }

    private static async Task<int> ObserveAsync(MetaStoreClient client, Bytes name, Printer printer, CancellationToken cancellation)
    {
        await foreach (var leader in client.Election.ObserveAsync(name, cancellation))
        {
            printer.Range(new RangeResponse { Kvs = { leader } }, valuesOnly: false, countOnly: false);
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> CampaignAsync(MetaStoreClient client, Bytes name, Bytes proposal, Printer printer, CancellationToken cancellation)
    {
        await using var leadership = await client.Election.CampaignAsync(name, proposal, TimeToLive, cancellation);
        printer.Range(await client.Kv.RangeAsync(new RangeRequest { Key = leadership.Key.Content }, cancellation), valuesOnly: false, countOnly: false);
        return await OwnershipLost.WaitAsync("elect", () => leadership.LastFailure, leadership.Lost, cancellation);
    }
}
