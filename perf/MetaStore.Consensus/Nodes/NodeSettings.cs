using System.Net;

namespace MetaStore.Consensus.Nodes;

/// <summary>Settings of a member; the same for all systems.</summary>
/// <param name="System">Which implementation.</param>
/// <param name="Id">1, 2 or 3.</param>
/// <param name="Ports">Peer ports on loopback, in the order of the ids.</param>
/// <param name="Directory">Folder of its log.</param>
internal sealed record NodeSettings(ConsensusSystem System, int Id, int[] Ports, string Directory)
{
    /// <summary>A follower without a message for this long, up to twice as long, campaigns: both systems' defaults are of this size or less.</summary>
    public static readonly TimeSpan ElectionTimeout = TimeSpan.FromMilliseconds(1000);

    /// <summary>Address of a member.</summary>
    public IPEndPoint Address(int id) => new(IPAddress.Loopback, Ports[id - 1]);

    /// <summary>Makes the member; nothing runs yet.</summary>
    public IConsensusNode Make(AppliedEntries applied) => System switch
    {
        ConsensusSystem.MetaStore => new MetaStoreNode(this, applied),
        _ => new DotNextNode(this, applied),
    };

    /// <summary>The words that <see cref="Parse"/> reads.</summary>
    public string[] ToWords() => ["node", System.ToString(), $"{Id}", string.Join(',', Ports), Directory];

    /// <summary>Reads the words of <see cref="ToWords"/>.</summary>
    public static NodeSettings Parse(IReadOnlyList<string> words) =>
        words.Count == 5 && Enum.TryParse(words[1], out ConsensusSystem system)
            ? new NodeSettings(system, int.Parse(words[2]), [.. words[3].Split(',').Select(int.Parse)], words[4])
            : throw new ArgumentException("usage: metaconsensus node SYSTEM ID PORT,PORT,PORT DIRECTORY");
}
