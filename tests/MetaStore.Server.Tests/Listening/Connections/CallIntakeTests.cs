using MetaStore.Server.Listening.Connections;

namespace MetaStore.Server.Tests.Listening.Connections;

/// <summary>How many calls of one connection may wait for the thread pool, and when its reading goes on.</summary>
public sealed class CallIntakeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(0, CallIntake.ShareMost)]
    [InlineData(1, CallIntake.ShareMost)]
    [InlineData(4, 1024)]
    [InlineData(5, 819)]
    [InlineData(256, 16)]
    [InlineData(10_000, CallIntake.ShareLeast)]
    public void Share_IsSmallerTheMoreConnectionsThereAre(int connections, int share)
    {
        var limit = new ConnectionLimit(int.MaxValue);
        for (int i = 0; i < connections; i++)
        {
            limit.TryEnter();
        }

        var intake = new CallIntake(limit);
        Arrive(intake, share - 1);
        Assert.False(intake.IsFull);
        Arrive(intake, 1);
        Assert.True(intake.IsFull);
    }

    [Fact]
    public async Task Wait_EndsOnceHalfOfTheShareHasBegun()
    {
        CallIntake intake = Full();
        Task waiting = intake.WaitAsync().AsTask();
        for (int i = 0; i < CallIntake.ShareLeast; i++)
        {
            intake.OnBegun();
        }

        await waiting.WaitAsync(Limit);
        Assert.False(intake.IsFull);
    }

    /// <summary>HEADERS that Kestrel rejects begin no call: the connection is read again after a short wait.</summary>
    [Fact]
    public async Task Wait_WithoutAnyBegin_EndsByItself()
    {
        CallIntake intake = Full();
        await intake.WaitAsync().AsTask().WaitAsync(Limit);
        Assert.False(intake.IsFull);
    }

    /// <summary>One of those that were taken off the count may begin after all: the count never goes below zero.</summary>
    [Fact]
    public void Begins_WithoutArrivals_AreNotCreditedToLaterOnes()
    {
        CallIntake intake = Of(256);
        for (int i = 0; i < 100; i++)
        {
            intake.OnBegun();
        }

        Arrive(intake, CallIntake.ShareLeast);
        Assert.True(intake.IsFull);
    }

    private static CallIntake Full()
    {
        CallIntake intake = Of(256);
        Arrive(intake, CallIntake.ShareLeast);
        return intake;
    }

    private static CallIntake Of(int connections)
    {
        var limit = new ConnectionLimit(int.MaxValue);
        for (int i = 0; i < connections; i++)
        {
            limit.TryEnter();
        }

        return new CallIntake(limit);
    }

    private static void Arrive(CallIntake intake, int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            intake.OnArrived();
        }
    }
}
