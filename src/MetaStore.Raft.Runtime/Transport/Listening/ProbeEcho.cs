using MetaStore.Raft.Runtime.Transport.Framing;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>The listener's side of the probe lane: echoes every frame at once.</summary>
internal static class ProbeEcho
{
    /// <summary>Runs until the connection ends.</summary>
    /// <returns>Why it was refused; null when the peer closed it.</returns>
    public static string? Run(FrameReader frames, SnapshotLaneReader.SendBytes send)
    {
        while (true)
        {
            FrameOutcome outcome = frames.Next(out ReadOnlyMemory<byte> body);
            if (outcome != FrameOutcome.Frame)
            {
                return outcome == FrameOutcome.Closed ? null : frames.Describe(outcome);
            }

            send(FrameFormat.Wrap(body.Span));
        }
    }
}
