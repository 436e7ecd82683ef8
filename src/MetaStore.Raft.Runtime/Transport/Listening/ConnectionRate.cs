using System.Net;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>Limits the connections per second of one address. One thread.</summary>
/// <remarks>
/// Far above what restarting members need, so that a member with the same address as an attacker still gets through; it only limits the
/// processor time that repeated connecting can take.
/// </remarks>
internal sealed class ConnectionRate(int perSecond, TimeProvider time)
{
    private readonly Dictionary<IPAddress, int> _seen = [];
    private long _second = time.GetTimestamp();

    /// <summary>True when one more connection is allowed.</summary>
    public bool Admits(IPAddress address)
    {
        if (time.GetElapsedTime(_second) >= TimeSpan.FromSeconds(1))
        {
            _second = time.GetTimestamp();
            _seen.Clear();
        }

        int count = _seen.GetValueOrDefault(address) + 1;
        _seen[address] = count;
        return count <= perSecond;
    }
}
