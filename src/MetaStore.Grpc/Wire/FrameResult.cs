namespace MetaStore.Grpc.Wire;

/// <summary>What <see cref="MessageFrame.TryRead"/> found at the start of a buffer.</summary>
internal enum FrameResult
{
    /// <summary>A whole message.</summary>
    Message,

    /// <summary>Not enough bytes yet.</summary>
    Incomplete,

    /// <summary>Something no message may begin with.</summary>
    Malformed,
}
