namespace MetaStore.Batching.Admission.Queueing;

/// <summary>
/// The credits that one client connection holds, and its calls that wait for one. One object per connection, made once; everything in it is guarded by
/// the lock of its <see cref="ProposalAdmission"/>. It costs nothing there while it neither holds nor waits.
/// </summary>
public sealed class ConnectionCredits
{
    /// <summary>Makes the credits of a connection that holds none.</summary>
    public ConnectionCredits()
    {
        Ordinary = new WaitingCalls(this, AdmissionClass.Ordinary);
        Essential = new WaitingCalls(this, AdmissionClass.Essential);
    }

    /// <summary>Credits held by ordinary calls, which the limit per connection counts.</summary>
    internal int HeldOrdinary { get; set; }

    /// <summary>Credits held.</summary>
    internal int Held { get; set; }

    internal WaitingCalls Ordinary { get; }

    internal WaitingCalls Essential { get; }

    /// <summary>It holds a credit or waits for one.</summary>
    internal bool IsActive => Held > 0 || Ordinary.Count > 0 || Essential.Count > 0;

    /// <summary>It is among the <see cref="ActiveConnections"/>.</summary>
    internal bool IsListed { get; set; }

    internal ConnectionCredits? PreviousActive { get; set; }

    internal ConnectionCredits? NextActive { get; set; }

    internal WaitingCalls Of(AdmissionClass kind) => kind == AdmissionClass.Essential ? Essential : Ordinary;
}
