namespace MetaStore.Server.Listening.Pings;

/// <summary>How often a client may ping: grpc-go's rule, which clients rely on.</summary>
/// <remarks>
/// A ping too soon after the last one is a strike; the third is too many. When anything but acknowledgements was sent to the client, a ping is
/// free and the strikes are reset: clients measure the round trip with a ping when data arrives. Not thread-safe.
/// </remarks>
/// <param name="minTime">Minimum interval of pings while a call is in progress.</param>
/// <param name="time">Clock.</param>
internal sealed class PingPolicy(TimeSpan minTime, TimeProvider time)
{
    /// <summary>Bytes of a PING frame, and of its acknowledgement.</summary>
    public const int FrameBytes = 17;

    private const int StrikesMax = 2;

    /// <summary>Minimum interval of pings of a client without calls: it has nothing to keep alive.</summary>
    private static readonly TimeSpan IdleMinTime = TimeSpan.FromHours(2);

    private long? _lastAt;
    private long _pings;
    private long _otherBytes;
    private int _strikes;

    /// <summary>Counts a ping.</summary>
    /// <param name="sentBytes">All bytes sent to the client so far; acknowledgements of earlier pings may still be missing in them.</param>
    /// <param name="hasCalls">True while a call is in progress.</param>
    /// <returns>True when the client must be disconnected.</returns>
    public bool IsTooMany(long sentBytes, bool hasCalls)
    {
        long now = time.GetTimestamp();
        bool isTooSoon = _lastAt is { } last && time.GetElapsedTime(last, now) < (hasCalls ? minTime : IdleMinTime);
        _lastAt = now;

        // At least this many bytes were not acknowledgements.
        long other = sentBytes - (_pings++ * FrameBytes);
        if (other > _otherBytes)
        {
            _otherBytes = other;
            _strikes = 0;
            return false;
        }

        return isTooSoon && ++_strikes > StrikesMax;
    }
}
