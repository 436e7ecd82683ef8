using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MetaStore.LoadGen.Load;

/// <summary>Waits for sockets with nanosecond timeouts (ppoll): open loops start calls between two milliseconds.</summary>
internal sealed unsafe partial class Poller
{
    private const short PollIn = 0x001;
    private const short PollOut = 0x004;
    private const int InterruptedErrno = 4;
    private const long NanosPerSecond = 1_000_000_000;

    private readonly PollDescriptor[] _descriptors;

    /// <summary>Makes a poller for so many sockets.</summary>
    public Poller(int count)
    {
        _descriptors = new PollDescriptor[count];
    }

    /// <summary>Sets what to wait for at a position; a descriptor of -1 is ignored.</summary>
    public void Watch(int position, int descriptor, bool write)
    {
        _descriptors[position] = new PollDescriptor { Descriptor = descriptor, Events = (short)(PollIn | (write ? PollOut : 0)) };
    }

    /// <summary>Waits until something is ready or the time is over.</summary>
    public void Wait(long nanos)
    {
        nanos = Math.Max(nanos, 0);
        TimeSpec timeout = new() { Seconds = nanos / NanosPerSecond, Nanos = nanos % NanosPerSecond };
        fixed (PollDescriptor* descriptors = _descriptors)
        {
            if (PPoll(descriptors, (nuint)_descriptors.Length, &timeout, null) < 0 && Marshal.GetLastPInvokeError() != InterruptedErrno)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }
        }
    }

    /// <summary>True when the socket at a position can be written.</summary>
    public bool CanWrite(int position) => (_descriptors[position].Ready & PollOut) != 0;

    /// <summary>True when the socket at a position can be read, was closed or failed.</summary>
    public bool CanRead(int position) => (_descriptors[position].Ready & ~PollOut) != 0;

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static partial int PPoll(PollDescriptor* descriptors, nuint count, TimeSpec* timeout, void* signals);

    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Ready;
    }

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanos;
    }
}
