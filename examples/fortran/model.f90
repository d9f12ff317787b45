! Predators and prey, integrated with Heun's method; the error is the distance of the predators' mean from 10.
program model
  implicit none
  integer, parameter :: dp = kind(1d0)
  real(dp), parameter :: step = 0.005_dp
  integer, parameter :: steps = 20000
  character(len=4096) :: trial_dir
  real(dp) :: growth, predation, prey, predators, total, a(2), b(2)
  integer :: i, unit

  call get_command_argument(command_argument_count(), trial_dir)
  growth = parameter_value('growth')
  predation = parameter_value('predation')

  prey = 10
  predators = 5
  total = 0
  do i = 1, steps
    a = rates(prey, predators)
    b = rates(prey + step * a(1), predators + step * a(2))
    prey = prey + step / 2 * (a(1) + b(1))
    predators = predators + step / 2 * (a(2) + b(2))
    total = total + predators
  end do

  open (newunit=unit, file=trim(trial_dir)//'/output.json', action='write')
  write (unit, '(a, es24.16e3, a)') '{"error":', abs(total / steps - 10), '}'
  close (unit)

contains

  function rates(x, y) result(change)
    real(dp), intent(in) :: x, y
    real(dp) :: change(2)
    change = [growth * x - predation * x * y, 0.02_dp * x * y - 0.5_dp * y]
  end function rates

  ! boa writes one parameter a line: "name": value,
  function parameter_value(name) result(value)
    character(len=*), intent(in) :: name
    real(dp) :: value
    character(len=1024) :: line
    integer :: unit, status, at
    open (newunit=unit, file=trim(trial_dir)//'/parameters.json', action='read', status='old')
    do
      read (unit, '(a)', iostat=status) line
      if (status /= 0) error stop 'a parameter is missing in parameters.json'
      at = index(line, '"'//name//'":')
      if (at > 0) exit
    end do
    close (unit)
    line = line(at + len(name) + 3:)
    if (index(line, ',') > 0) line = line(:index(line, ',') - 1)
    read (line, *) value
  end function parameter_value

end program model
