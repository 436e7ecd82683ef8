namespace MetaStore.Client.Gathering;

/// <summary>
/// Decides when a stream writes the calls that wait: at once while nothing is being written, otherwise after that write; but while callers whose results
/// came in one message are being resumed, not before each of them could make its next call. Not safe for concurrent use: guarded by the stream.
/// </summary>
/// <remarks>Without the last rule the first of several hundred callers that are resumed together has a message of its own, and so have the next few.</remarks>
/// <param name="full">Calls from which on a message is written without regard to the callers.</param>
internal sealed class WriteTurns(int full)
{
    private bool _isWriting;
    private int _resumed;

    /// <summary>A call was added; true when its thread has to begin to write.</summary>
    /// <param name="waiting">Calls that wait, with this one.</param>
    public bool OnAdded(int waiting) => !_isWriting && (_resumed == 0 || waiting >= full) && Begin();

    /// <summary>Results have come whose callers are about to be resumed.</summary>
    public void OnResults() => _resumed++;

    /// <summary>The callers of one <see cref="OnResults"/> have been resumed; true when this thread has to begin to write.</summary>
    public bool OnResumed(int waiting)
    {
        _resumed--;
        return !_isWriting && waiting > 0 && Begin();
    }

    /// <summary>No more calls are added; true when this thread has to write the rest, if any, and the end.</summary>
    public bool OnClosed() => !_isWriting && Begin();

    /// <summary>A message was written; true when the next one is to be written by the same thread.</summary>
    public bool GoesOn(int waiting) => _isWriting = waiting > 0 && (_resumed == 0 || waiting >= full);

    private bool Begin() => _isWriting = true;
}
