using System.CommandLine;
using Etcdserverpb;
using MetaStore.Cli.Output;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl member list</c>.</summary>
internal static class MemberCommand
{
    public static Command Build()
    {
        var list = new Command("list", "Lists the members of the cluster");
        list.SetAction(async (parsed, client, cancellation) =>
        {
            Printer.For(parsed).Members(await client.Cluster.MemberListAsync(new MemberListRequest { Linearizable = true }, cancellation));
            return ExitCodes.Ok;
        });
        return new Command("member", "Membership") { list };
    }
}
