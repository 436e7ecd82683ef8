using MetaStore.Client.Gathering;

namespace MetaStore.Client.Tests.Gathering;

/// <summary>When a stream of operations writes.</summary>
public sealed class WriteTurnsTests
{
    private const int Full = 8;

    private readonly WriteTurns _turns = new(Full);

    [Fact]
    public void FirstCall_IsWrittenAtOnce_AndTheNextOnesAfterIt()
    {
        Assert.True(_turns.OnAdded(1));
        Assert.False(_turns.OnAdded(1));
        Assert.True(_turns.GoesOn(1));
        Assert.False(_turns.GoesOn(0));
        Assert.True(_turns.OnAdded(1));
    }

    [Fact]
    public void CallsOfCallersThatAreResumedTogether_AreWrittenWhenAllHaveHadTheirTurn()
    {
        _turns.OnResults();

        Assert.False(_turns.OnAdded(1));
        Assert.False(_turns.OnAdded(2));
        Assert.True(_turns.OnResumed(2));
        Assert.False(_turns.OnAdded(1));
    }

    [Fact]
    public void ResumedCallersThatCallNothing_LeaveTheNextCallToBegin()
    {
        _turns.OnResults();

        Assert.False(_turns.OnResumed(0));
        Assert.True(_turns.OnAdded(1));
    }

    [Fact]
    public void FullMessage_DoesNotWaitForTheCallers()
    {
        _turns.OnResults();

        Assert.False(_turns.OnAdded(Full - 1));
        Assert.True(_turns.OnAdded(Full));
        Assert.True(_turns.GoesOn(Full));
    }

    [Fact]
    public void ResultsThatKeepComing_DoNotHoldUpCalls()
    {
        _turns.OnResults();
        for (var i = 0; i < 100; i++)
        {
            _turns.OnResults();
            Assert.False(_turns.OnAdded(1));
            Assert.True(_turns.OnResumed(1));
            Assert.False(_turns.GoesOn(1));
        }
    }

    [Fact]
    public void CallsThatWaitWhileAMessageIsWritten_AreLeftToTheCallersThatAreBeingResumed()
    {
        Assert.True(_turns.OnAdded(1));
        _turns.OnResults();
        Assert.False(_turns.OnAdded(1));

        Assert.False(_turns.GoesOn(1));
        Assert.True(_turns.OnResumed(1));
    }

    [Fact]
    public void ResumedCallers_DoNotBeginWhileAMessageIsWritten()
    {
        Assert.True(_turns.OnAdded(1));
        _turns.OnResults();

        Assert.False(_turns.OnResumed(1));
        Assert.True(_turns.GoesOn(1));
    }

    [Fact]
    public void End_IsWrittenOnce_AndAfterWhatIsBeingWritten()
    {
        Assert.True(_turns.OnClosed());
        Assert.False(_turns.OnClosed());

        var busy = new WriteTurns(Full);
        Assert.True(busy.OnAdded(1));
        Assert.False(busy.OnClosed());
    }
}
