using System.Diagnostics;

namespace MetaStore.Server.Listening.Connections;

/// <summary>
/// Token bucket for frames that do not advance any call on one HTTP/2 connection. Kestrel processes such frames without a limit: none of its limits
/// counts empty DATA or CONTINUATION frames, or resets below its stream limit.
/// </summary>
/// <remarks>
/// A burst of <see cref="BurstPoints"/> and <see cref="PointsPerSecond"/> after that: 100,000 empty frames and 20,000 more per second, or 20,000 resets
/// and 4,000 per second. That is far above clients that cancel many calls, and far below what it takes to keep a core busy. WINDOW_UPDATE is cheap,
/// and a client that reads a gigabyte per second through small windows sends some 100,000 per second.
/// Used by the read loop of one connection.
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

    /// <summary>A gRPC message has at least five bytes.</summary>
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

    /// <summary>Charges a frame.</summary>
    /// <param name="type">The frame's type.</param>
    /// <param name="flags">The frame's flags.</param>
    /// <param name="length">Bytes of its payload.</param>
    /// <returns>False when the tokens are used up: the connection must be closed.</returns>
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

    /// <summary>Charges a WINDOW_UPDATE: as much as a reset when the window overflows by it, because the server then resets the call (CVE-2025-8671).</summary>
    /// <param name="increment">Increment of a stream's window.</param>
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

    /// <summary>The clock is read only when the tokens are used up. So an idle connection may spend the burst twice.</summary>
    private void Refill()
    {
        var now = _time.GetTimestamp();
        var seconds = _time.GetElapsedTime(_filledAt, now).TotalSeconds;
        _filledAt = now;
        _points = Math.Min(BurstPoints, _points + (long)(seconds * PointsPerSecond));
    }
}
