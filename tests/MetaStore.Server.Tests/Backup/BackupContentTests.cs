using System.Text;
using MetaStore.Engines;
using MetaStore.Server.Backup;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Server.Tests.Backup;

/// <summary>A backup has the length that was announced, whatever is written to the state in between.</summary>
public sealed class BackupContentTests : IDisposable
{
    private readonly HookedEngine _engine = new();
    private readonly ReplicatedStateMachine _machine;

    public BackupContentTests() => _machine = new ReplicatedStateMachine(_engine);

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 0, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(100, 3000, 0)]
    [InlineData(100, 3000, 1)]
    public void Length_IsThatOfWhatIsWritten_AndOfWholeBlocks(int puts, int valueBytes, int kind)
    {
        Put(puts, valueBytes);
        using IReadView view = _engine.OpenView();
        BackupContent content = BackupContent.Of((BackupKind)kind, _engine, view, CancellationToken.None);
        Put(10, 500);
        using var written = new MemoryStream();
        content.Write(written, CancellationToken.None);
        Assert.Equal(content.Length, written.Length);
        Assert.Equal(0, content.Length % BackupFormatBlock);
        Assert.True(content.Length > puts * (long)valueBytes);
    }

    [Theory]
    [InlineData(511, 1)]
    [InlineData(512, 0)]
    [InlineData(513, 511)]
    public void Checkpoint_IsFilledUpWithZeros(int bytes, int padding)
    {
        _engine.OnCheckpoint = (_, target, _) => target.Write(Encoding.ASCII.GetBytes(new string('x', bytes)));
        using IReadView view = _engine.OpenView();
        BackupContent content = BackupContent.Of(BackupKind.Checkpoint, _engine, view, CancellationToken.None);
        using var written = new MemoryStream();
        content.Write(written, CancellationToken.None);
        Assert.Equal(bytes + padding, content.Length);
        Assert.Equal([.. Enumerable.Repeat((byte)'x', bytes), .. new byte[padding]], written.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void LayingOut_ThatIsCancelled_Stops(int kind)
    {
        Put(1100, 1000);
        using IReadView view = _engine.OpenView();
        Assert.ThrowsAny<OperationCanceledException>(() => BackupContent.Of((BackupKind)kind, _engine, view, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void CountingStream_CountsWhatItIsGiven_AndKeepsNothing()
    {
        using var counter = new CountingStream();
        counter.Write(new byte[100], 10, 20);
        counter.Write(new byte[5]);
        counter.WriteByte(1);
        counter.Flush();
        Assert.Equal((26L, 26L), (counter.Length, counter.Position));
        Assert.Equal((false, false, true), (counter.CanRead, counter.CanSeek, counter.CanWrite));
        Assert.Throws<NotSupportedException>(() => counter.Read(new byte[1], 0, 1));
        Assert.Throws<NotSupportedException>(() => counter.Position = 0);
    }

    private const int BackupFormatBlock = 512;

    private void Put(int count, int valueBytes)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.True(_machine.BeginEntry(_machine.AppliedIndex + 1, term: 1));
            _machine.Apply(CommandFormat.Encode(new PutCommand { Key = Encoding.UTF8.GetBytes($"k{i}"), Value = new byte[valueBytes] }));
            _machine.EndEntry();
            _machine.Publish();
        }
    }
}
