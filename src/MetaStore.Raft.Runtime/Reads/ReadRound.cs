namespace MetaStore.Raft.Runtime.Reads;

/// <summary>Readers that share one answer.</summary>
/// <param name="startedAt">Timestamp at which the first of them arrived.</param>
internal sealed class ReadRound(long startedAt)
{
    private readonly TaskCompletionSource<ReadIndexResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Timestamp at which the first of them arrived.</summary>
    public long StartedAt { get; } = startedAt;

    /// <summary>Number of readers.</summary>
    public int Readers { get; set; }

    /// <summary>The shared result.</summary>
    public Task<ReadIndexResult> Answer => _answer.Task;

    public void Complete(ReadIndexResult result) => _answer.TrySetResult(result);
}
