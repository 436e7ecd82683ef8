using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MetaStore.StateMachine.Membership;

/// <summary>Ids derived as in etcd, so that the same flags give the same ids: the first 8 bytes of a SHA-1, big-endian.</summary>
public static class MemberIds
{
    /// <summary>Id of an initial member, from its peer addresses and the cluster token.</summary>
    public static ulong OfFounder(IEnumerable<string> peerUrls, string token) => Hash(Encoding.UTF8.GetBytes(Joined(peerUrls) + token));

    /// <summary>Id of a member added at run time, which also depends on the time of adding, in seconds.</summary>
    public static ulong OfAdded(IEnumerable<string> peerUrls, long unixSeconds) =>
        Hash(Encoding.UTF8.GetBytes(Joined(peerUrls) + unixSeconds.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Id of a cluster, from the ids of its initial members.</summary>
    public static ulong OfCluster(IEnumerable<ulong> initialMembers)
    {
        ulong[] sorted = [.. initialMembers.Order()];
        byte[] bytes = new byte[sorted.Length * sizeof(ulong)];
        for (int i = 0; i < sorted.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(i * sizeof(ulong)), sorted[i]);
        }

        return Hash(bytes);
    }

    /// <summary>Ids of the initial members by name, and the cluster id.</summary>
    /// <param name="members">Name and peer addresses of every initial member.</param>
    /// <param name="token">Distinguishes clusters with the same addresses.</param>
    public static (IReadOnlyDictionary<string, ulong> Members, ulong Cluster) OfInitialCluster(
        IEnumerable<(string Name, IReadOnlyList<string> PeerUrls)> members, string token)
    {
        var ids = members.ToDictionary(member => member.Name, member => OfFounder(member.PeerUrls, token), StringComparer.Ordinal);
        return (ids, OfCluster(ids.Values));
    }

    private static string Joined(IEnumerable<string> peerUrls) => string.Concat(peerUrls.Order(StringComparer.Ordinal));

    private static ulong Hash(byte[] bytes)
    {
#pragma warning disable CA5350 // SHA-1 names members here, as etcd's ids do; nothing is protected by it.
        return BinaryPrimitives.ReadUInt64BigEndian(SHA1.HashData(bytes));
#pragma warning restore CA5350
    }
}
