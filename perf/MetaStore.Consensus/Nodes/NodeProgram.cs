using System.Buffers.Binary;
using MetaStore.Consensus.Load;

namespace MetaStore.Consensus.Nodes;

/// <summary>
/// The process of one member: a command per line on standard input, an answer per line on standard output. Ends when its input
/// ends.
/// </summary>
internal static class NodeProgram
{
    /// <summary>File of the ids that were acknowledged, beside the member's directory.</summary>
    public const string AcknowledgedSuffix = ".acknowledged";

    /// <summary>File of the ids that came out of the log since this start, beside the member's directory.</summary>
    public const string AppliedSuffix = ".applied";

    private const long Barrier = IdFile.Capacity - 1;
    private static readonly TimeSpan ApplyPoll = TimeSpan.FromMilliseconds(1);

    public static async Task<int> RunAsync(NodeSettings settings)
    {
        using var applied = IdFile.Create(settings.Directory + AppliedSuffix);
        using var acknowledged = IdFile.Create(settings.Directory + AcknowledgedSuffix);
        await using var node = settings.Make(new AppliedEntries(applied));
        await node.StartAsync();
        ProposalLoad load = new(node, acknowledged);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            await Console.Out.WriteLineAsync(words[0] switch
            {
                "role" => node.IsLeader ? "leader" : "follower",
                "load" => (await load.RunAsync(int.Parse(words[1]), int.Parse(words[2]), TimeSpan.FromMilliseconds(int.Parse(words[3])))).ToLine(),
                "barrier" => await PassAsync(node, applied) ? "applied" : "refused",
                _ => $"unknown word '{words[0]}'",
            });
        }

        return 0;
    }

    /// <summary>Waits until an entry of the leader's term is applied: then all earlier entries of the log are applied too.</summary>
    private static async Task<bool> PassAsync(IConsensusNode node, IdFile applied)
    {
        var entry = new byte[AppliedEntries.IdBytes];
        BinaryPrimitives.WriteInt64LittleEndian(entry, Barrier);
        if (!await node.ReplicateAsync(entry))
        {
            return false;
        }

        // DotNext answers at the commit, which may be before the entry is applied.
        while (!applied.Contains(Barrier))
        {
            await Task.Delay(ApplyPoll);
        }

        return true;
    }
}
