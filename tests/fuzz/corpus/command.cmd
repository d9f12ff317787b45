sh model.sh --x={{ x0 }} "{{ trial_dir }}/out" {{ '--fast' if n > 2 }} {% for i in range(n) %}-{{ i }} {% endfor %}'{{ s }}' {{ "%.2f"|format(x0) }}
