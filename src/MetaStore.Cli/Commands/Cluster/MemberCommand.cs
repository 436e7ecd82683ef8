using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Diagnosis;
using MetaStore.Cli.Output;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Cluster;

/// <summary><c>metactl member list | add | remove | update | promote</c>.</summary>
internal static class MemberCommand
{
    private static readonly Argument<string[]> Id = VerbWords.Of("member-id", "member id in hexadecimal");

    private static readonly Option<string> PeerUrls = new("--peer-urls") { Description = "peer URLs of the member, comma separated" };

    public static Command Build() => new("member", "Membership") { List(), Add(), Remove(), Update(), Promote() };

    private static Command List()
    {
        var command = new Command("list", "Lists the members of the cluster") { VerbWords.Ignored() };
        command.SetAction(
            async (parsed, client, cancellation) =>
            {
                Printer.For(parsed).Members(await client.Cluster.MemberListAsync(new MemberListRequest { Linearizable = true }, cancellation));
                await ReplacementHints.ShowAsync(client, cancellation);
                return ExitCodes.Ok;
            },
            hasTable: true);
        return command;
    }

    private static Command Add()
    {
        var name = VerbWords.Of("name", "name of the new member, as in its --name");
        var learner = new Option<bool>("--learner") { Description = "add it without a vote, until it is promoted" };
        var command = new Command("add", "Adds a member, which is then to be started") { name, PeerUrls, learner };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var given = parsed.Plain();
            if (given.Length != 1)
            {
                throw new UsageException(given.Length == 0 ? "member name not provided" : "too many arguments");
            }

            var request = new MemberAddRequest { IsLearner = parsed.GetValue(learner) };
            request.PeerURLs.Add(Urls(parsed));
            Printer.For(parsed).MemberAdd(given[0], await client.Cluster.MemberAddAsync(request, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Remove()
    {
        var command = new Command("remove", "Removes a member permanently; its process stops") { Id };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var id = ParseId(parsed);
            Printer.For(parsed).MemberRemove(id, await client.Cluster.MemberRemoveAsync(new MemberRemoveRequest { ID = id }, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Update()
    {
        var command = new Command("update", "Changes the peer URLs of a member") { Id, PeerUrls };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var request = new MemberUpdateRequest { ID = ParseId(parsed) };
            request.PeerURLs.Add(Urls(parsed));
            Printer.For(parsed).MemberUpdate(request.ID, await client.Cluster.MemberUpdateAsync(request, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Promote()
    {
        var command = new Command("promote", "Promotes a learner that has caught up to a voter") { Id };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var id = ParseId(parsed);
            Printer.For(parsed).MemberPromote(id, await client.Cluster.MemberPromoteAsync(new MemberPromoteRequest { ID = id }, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static ulong ParseId(ParseResult parsed) => MemberId.Parse(parsed.Plain() is [var only] ? only : throw new UsageException("member ID is not provided"));

    private static string[] Urls(ParseResult parsed)
    {
        string[] urls = (parsed.GetValue(PeerUrls) ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return urls.Length > 0 ? urls : throw new UsageException("member peer urls not provided");
    }
}
