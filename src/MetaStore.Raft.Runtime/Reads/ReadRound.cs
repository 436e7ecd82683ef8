namespace MetaStore.Raft.Runtime.Reads;

/// <summary>Readers that share one answer.</summary>
/// <param name="startedAt">Timestamp at which the first of them came.</param>
internal sealed class ReadRound(long startedAt)
{
    private readonly TaskCompletionSource<ReadIndexResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Timestamp at which the first of them came.</summary>
    public long StartedAt { get; } = startedAt;

    /// <summary>How many there are.</summary>
    public int Readers { get; set; }

    /// <summary>What they wait for.</summary>
    public Task<ReadIndexResult> Answer => _answer.Task;

    public void Complete(ReadIndexResult result) => _answer.TrySetResult(result);
}
