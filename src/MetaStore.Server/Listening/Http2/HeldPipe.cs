using System.IO.Pipelines;

namespace MetaStore.Server.Listening.Http2;

/// <summary>A transport whose completion waits for <see cref="CompleteInner"/>. Everything else passes.</summary>
internal sealed class HeldPipe(IDuplexPipe inner) : IDuplexPipe
{
    private readonly HeldInput _input = new(inner.Input);
    private readonly HeldOutput _output = new(inner.Output);

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    /// <summary>Completes the sides that were completed here.</summary>
    public void CompleteInner()
    {
        _output.CompleteInner();
        _input.CompleteInner();
    }

    private sealed class HeldInput(PipeReader inner) : PipeReader
    {
        private Exception? _error;
        private volatile bool _isCompleted;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => inner.ReadAsync(cancellationToken);

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => (_error, _isCompleted) = (exception, true);

        public void CompleteInner()
        {
            if (_isCompleted)
            {
                inner.Complete(_error);
            }
        }
    }

    private sealed class HeldOutput(PipeWriter inner) : PipeWriter
    {
        private Exception? _error;
        private volatile bool _isCompleted;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => (_error, _isCompleted) = (exception, true);

        public void CompleteInner()
        {
            if (_isCompleted)
            {
                inner.Complete(_error);
            }
        }
    }
}
