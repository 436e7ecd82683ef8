namespace MetaStore.Grpc;

/// <summary>How a call ended: a code and, unless it is OK, a text that clients may match byte for byte.</summary>
/// <param name="Code">The canonical code.</param>
/// <param name="Detail">Any Unicode text; empty for none. It is percent-encoded on the wire.</param>
public readonly record struct Status(StatusCode Code, string Detail)
{
    /// <summary>Success.</summary>
    public static readonly Status OK = new(StatusCode.OK, "");

    /// <summary>The client's deadline passed; the text is what Go's context package says.</summary>
    public static readonly Status DeadlineExceeded = new(StatusCode.DeadlineExceeded, "context deadline exceeded");

    /// <summary>The client went away or reset the stream.</summary>
    public static readonly Status Cancelled = new(StatusCode.Cancelled, "context canceled");

    /// <summary>Whether the call succeeded. True for <c>default</c>.</summary>
    public bool IsOK => Code == StatusCode.OK;
}
