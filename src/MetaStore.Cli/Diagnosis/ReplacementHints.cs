using System.Globalization;
using Grpc.Core;
using MetaStore.Cli.Terminals;
using MetaStore.Client;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Diagnosis;

/// <summary>Says for each member that was not heard from for long what to type to replace it. On standard error: standard output is etcdctl's.</summary>
internal static class ReplacementHints
{
    /// <summary>Asks a member, and prints a line for each silent member; none when the server is etcd or does not answer.</summary>
    public static async Task ShowAsync(MetaStoreClient client, CancellationToken cancellation)
    {
        try
        {
            foreach (var member in (await client.Cluster.SilentMembersAsync(cancellation)).Members)
            {
                Terminal.Complain(TextOf(member));
            }
        }
        catch (RpcException)
        {
            // What was asked for has been printed; a hint is an addition to it.
        }
    }

    /// <summary>The line for one member.</summary>
    public static string TextOf(SilentMember member)
    {
        var name = member.Name.Length > 0 ? member.Name : "NAME";
        var id = member.Id.ToString("x", CultureInfo.InvariantCulture);
        var silentFor = TimeSpan.FromSeconds(Math.Floor(member.SilentMs / 1000.0)).ToString("c", CultureInfo.InvariantCulture);
        var start = $"Hint: member {id} ({(member.Name.Length > 0 ? member.Name : "never started")}) has not been heard from for {silentFor}.";
        return member.Refusal.Length > 0
            ? $"{start} It cannot be replaced now: {member.Refusal}"
            : $"{start} To replace it, which a quorum permits now: metactl member remove {id} && metactl member add {name} --learner --peer-urls={string.Join(',', member.PeerUrls)}";
    }
}
