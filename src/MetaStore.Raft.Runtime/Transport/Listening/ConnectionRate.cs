using System.Net;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>Bounds how many connections of one address are looked at in a second. One thread.</summary>
/// <remarks>
/// Far above what members do that restart, so that one of them gets in beside an attacker at the same address; it only bounds the processor
/// time that connecting again and again can take.
/// </remarks>
internal sealed class ConnectionRate(int perSecond, TimeProvider time)
{
    private readonly Dictionary<IPAddress, int> _seen = [];
    private long _second = time.GetTimestamp();

    /// <summary>True when one more may be looked at.</summary>
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
