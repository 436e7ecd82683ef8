using System.Diagnostics;

namespace MetaStore.Server.Listening.Connections;

/// <summary>
/// What one HTTP/2 connection may spend on frames that bring no call further: a bucket of points that fills with time. Kestrel handles such frames one
/// after the other for as long as they come, and none of its limits counts empty DATA or CONTINUATION frames, or resets below its stream limit.
/// </summary>
/// <remarks>
/// <see cref="BurstPoints"/> at once and <see cref="PointsPerSecond"/> after that: 100,000 empty frames and 20,000 more per second, or 20,000 resets and 4,000
/// per second. That is far above clients which cancel many calls, and far below what it takes to keep a core busy. WINDOW_UPDATE is cheap, and a client
/// that reads a gigabyte per second through small windows sends some 100,000 per second.
/// Belongs to the read loop of one connection.
/// </remarks>
internal sealed class FrameAllowance
{
    internal const long BurstPoints = 500_000;
    internal const long PointsPerSecond = 100_000;

    private const int WindowUpdatePoints = 1;
    private const int IdlePoints = 5;
    private const int SettingsPoints = 20;
    private const int ResetPoints = 25;
    private const int ContinuationPoints = 50;

    /// <summary>A gRPC message has five bytes at least.</summary>
    private const int MessageBytesLeast = 5;

    private const byte Reset = 3;
    private const byte WindowUpdate = 8;
    private const uint OverflowingIncrement = 1u << 30;
    private const byte EndStream = 0x01;
    private const byte Padded = 0x08;

    private readonly TimeProvider _time;
    private long _points = BurstPoints;
    private long _filledAt;

    public FrameAllowance(TimeProvider time)
    {
        _time = time;
        _filledAt = time.GetTimestamp();
    }

    /// <summary>Takes what a frame costs.</summary>
    /// <param name="type">The frame's type.</param>
    /// <param name="flags">The frame's flags.</param>
    /// <param name="length">Bytes of its payload.</param>
    /// <returns>False when the allowance is used up: the connection must be closed.</returns>
    public bool Spend(byte type, byte flags, int length)
    {
        var points = PointsOf(type, flags, length);
        if (_points < points)
        {
            Refill();
        }

        _points -= points;
        return _points >= 0;
    }

    /// <summary>Takes what a WINDOW_UPDATE costs: as much as a reset when the window overflows by it, because then the server resets the call (CVE-2025-8671).</summary>
    /// <param name="increment">Of a stream's window.</param>
    /// <returns>As <see cref="Spend"/>.</returns>
    public bool SpendWindowUpdate(uint increment) =>
        Spend(increment is 0 or >= OverflowingIncrement ? Reset : WindowUpdate, 0, 0);

    internal static int PointsOf(byte type, byte flags, int length) => type switch
    {
        0 => (flags & Padded) != 0 || (length < MessageBytesLeast && (flags & EndStream) == 0) ? IdlePoints : 0,
        1 => 0,
        Reset => ResetPoints,
        4 => SettingsPoints,
        WindowUpdate => WindowUpdatePoints,
        9 => ContinuationPoints,
        _ => IdlePoints,
    };

    /// <summary>Time is asked for only when the points are used up. So a connection that has been quiet may spend the burst twice.</summary>
    private void Refill()
    {
        var now = _time.GetTimestamp();
        var seconds = _time.GetElapsedTime(_filledAt, now).TotalSeconds;
        _filledAt = now;
        _points = Math.Min(BurstPoints, _points + (long)(seconds * PointsPerSecond));
    }
}
